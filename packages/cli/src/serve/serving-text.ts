import { styleOf } from "../present/style.ts";
import type { Terminal } from "../terminal.ts";

/** What a person should know of a gateway that listens. */
export interface Serving {
  readonly address: string;
  readonly services: number;
  readonly adminKey: string | undefined;
  /** False: there is no dashboard. */
  readonly dashboard: boolean;
}

/** Where people look at a gateway; empty where they cannot. */
export function dashboardLine(address: string, dashboard: boolean): string {
  return dashboard ? `Dashboard: ${address}/dashboard/\n` : "";
}

/** Where the gateway is, the key if it was just made, and lines that work as they stand. */
export function servingText({ address, services, adminKey, dashboard }: Serving, terminal: Pick<Terminal, "colours">): string {
  const style = styleOf(terminal);
  const key = adminKey === undefined ? "" : `\n${style.bold("Admin key")} (shown this once; keep it): ${adminKey}\n`;
  const set = adminKey === undefined ? "export CAIO_KEY=…   # a key of this gateway" : `export CAIO_KEY=${adminKey}`;
  return `${style.bold("CAIO gateway")} on ${address}, ${String(services)} services\n${dashboardLine(address, dashboard)}${key}
Try it:
  ${set}
  curl -s ${address}/health/ready
  curl -s -H "authorization: Bearer $CAIO_KEY" ${address}/api/v1/services
  curl -s -H "authorization: Bearer $CAIO_KEY" -H "content-type: application/json" ${address}/v1/chat/completions \\
    -d '{"model":"caio:auto","messages":[{"role":"user","content":"Hello"}]}'
  curl -s ${address}/api/v1/log/checkpoint
Any OpenAI client: base URL ${address}/v1, the key as its API key. Stop with Ctrl-C.
`;
}
