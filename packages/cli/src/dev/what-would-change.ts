import { isCaioError, type JsonObject } from "@caio/core";
import { policyToWire } from "@caio/rules";
import { z } from "zod";

import { oneLine } from "../present/plain-text.ts";
import type { Style } from "../present/style.ts";
import { tableText, type Column } from "../present/table.ts";
import type { GatewayClient } from "../remote/gateway-client.ts";
import type { Pending } from "./apply-documents.ts";

/** How many are shown; of the rest their number. */
const SHOWN = 12;

const ending = z.object({ outcome: z.string(), code: z.string().nullable(), service: z.string().nullable(), model: z.string().nullable() });
const answer = z.object({
  decided: z.number().int(),
  changed: z.number().int(),
  changes: z.array(z.object({ id: z.string(), capabilities: z.array(z.string()).default([]), from: ending, to: ending, why: z.array(z.string()) })),
});

/** Which of the requests that were decided lately would be decided otherwise under what was saved, and why. The gateway keeps none of it. */
export async function whatWouldChange(client: GatewayClient, { changed, policies }: Pending, { last, style }: { readonly last: number; readonly style: Style }): Promise<string> {
  if (changed.length === 0 && policies.length === 0) return "";
  const drafts: JsonObject = { last, contracts: changed.map(({ wire }) => wire), policies: policies.map((policy) => policyToWire(policy)) };
  try {
    return changesText(await client.ask("POST", "/what-if", answer, drafts), style);
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return `  What it would change could not be computed: ${oneLine(error.message)}\n`;
  }
}

function changesText({ decided, changed, changes }: z.output<typeof answer>, style: Style): string {
  if (decided === 0) return "  No recent decisions yet to hold it against.\n";
  if (changed === 0) return `  None of the last ${String(decided)} decisions would change.\n`;
  const columns: readonly (string | Column)[] = [{ title: "decision", as: "id" }, "for", "before → after", "why"];
  const rows = changes.slice(0, SHOWN).map(({ id, capabilities, from, to, why }) => [id, oneLine(capabilities.join(", ")), `${endingText(from)} → ${endingText(to)}`, oneLine(why.join(" "))]);
  const more = changed > SHOWN ? `and ${String(changed - SHOWN)} more\n` : "";
  return `  ${style.bold(`${String(changed)} of the last ${String(decided)} decisions would change:`)}\n${tableText(columns, rows, style)}${more}`;
}

function endingText({ outcome, code, service, model }: z.output<typeof ending>): string {
  if (outcome === "refused" || service === null) return oneLine(code ?? outcome);
  return oneLine(model === null ? service : `${service}/${model}`);
}
