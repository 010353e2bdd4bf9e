import { join } from "node:path";

import { runCaio, systemDoor } from "../../src/index.ts";

/** What `caio serve --json` says first. */
export interface First {
  readonly address: string;
  readonly services: number;
  readonly admin_key: string | null;
}

/** Serves the configuration of a folder until `use` is done; how it ended, and all that it wrote. */
export async function serving(folder: string, use: (first: First) => Promise<void>, environment: Readonly<Record<string, string>> = {}, options: readonly string[] = []): Promise<{ readonly code: number; readonly out: string }> {
  const stop = new AbortController();
  let out = "";
  let ended: Promise<number> = Promise.resolve(0);
  const told = new Promise<First>((resolve, reject) => {
    const write = (text: string): void => {
      out += text;
      if (out.includes("\n")) resolve(JSON.parse(out) as First);
    };
    const terminal = { write, writeError: (text: string) => { reject(new Error(text)); }, colours: false, interactive: false, signal: stop.signal };
    ended = runCaio(["serve", "--config", join(folder, "caio.yaml"), "--port", "0", "--json", ...options], { terminal, door: systemDoor, environment });
  });
  try {
    await use(await told);
  } finally {
    stop.abort();
  }
  return { code: await ended, out };
}
