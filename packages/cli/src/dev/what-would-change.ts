import { isCaioError, type JsonObject } from "@caio/core";
import { z } from "zod";

import { oneLine } from "../present/plain-text.ts";
import type { Style } from "../present/style.ts";
import { tableText, type Column } from "../present/table.ts";
import type { GatewayClient } from "../remote/gateway-client.ts";
import type { Pending } from "./apply-documents.ts";

/** How many are shown; of the rest their number. */
const SHOWN = 12;
/** The most that a gateway decides again. */
const MOST = 200;

const count = z.number().int();
const ending = z.object({ outcome: z.string(), code: z.string().nullable(), service: z.string().nullable(), model: z.string().nullable() });
const answer = z.object({
  judged: count,
  complete: z.boolean(),
  changes: z.array(z.object({ id: z.string(), from: ending, to: ending, why: z.array(z.string()) })),
  totals: z.object({ changed: count, rescored: count }),
});

/** Which of the requests that were decided lately would be decided otherwise under what was saved, and why. The gateway keeps none of it. */
export async function whatWouldChange(client: GatewayClient, { changed, policies, gone, texts }: Pending, { last, style }: { readonly last: number; readonly style: Style }): Promise<string> {
  const textsOf = (subjects: readonly string[]): readonly string[] => subjects.flatMap((subject) => texts.get(subject) ?? []);
  const drafts: JsonObject = { last: Math.min(MOST, Math.max(1, last)), contracts: textsOf(changed.map(({ contract }) => `service ${contract.serviceId}`)), policies: textsOf(policies.map(({ id }) => `policy ${id}`)), without_services: [...gone] };
  try {
    return changesText(await client.ask("POST", "/what-if", answer, drafts), style);
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return `  What it would change could not be computed: ${oneLine(error.message)}\n`;
  }
}

function changesText({ judged, complete, changes, totals: { changed, rescored } }: z.output<typeof answer>, style: Style): string {
  if (judged === 0) return "  No recent decisions yet to hold it against.\n";
  const of = `${complete ? "" : "newest "}${String(judged)}`;
  const scores = rescored === 0 ? "" : `; ${String(rescored)} keep their choice at another score or promise`;
  if (changed === 0) return `  None of the last ${of} decisions would change${scores}.\n`;
  const columns: readonly (string | Column)[] = [{ title: "decision", as: "id" }, "before → after", "why"];
  const rows = changes.slice(0, SHOWN).map(({ id, from, to, why }) => [id, `${endingText(from)} → ${endingText(to)}`, oneLine(why.join(" "))]);
  const more = changed > SHOWN ? `and ${String(changed - SHOWN)} more\n` : "";
  return `  ${style.bold(`${String(changed)} of the last ${of} decisions would change`)}${scores}:\n${tableText(columns, rows, style)}${more}`;
}

function endingText({ outcome, code, service, model }: z.output<typeof ending>): string {
  if (outcome === "refused" || service === null) return oneLine(code ?? outcome);
  return oneLine(model === null ? service : `${service}/${model}`);
}
