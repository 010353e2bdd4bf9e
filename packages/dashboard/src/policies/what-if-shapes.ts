import * as z from "zod/mini";

const number = z.number();
const maybe = z.nullable(number);
const text = z.nullable(z.string());

const outcome = z.object({ outcome: z.enum(["chosen", "refused"]), code: text, service: text, model: text, cost_micros: maybe, latency_us: maybe });
const change = z.object({
  id: z.string(),
  at: number,
  tenant: z.string(),
  kind: z.enum(["other_pair", "refused", "admitted", "other_refusal"]),
  from: outcome,
  to: outcome,
  why: z.array(z.string()),
  difference: z.object({ cost_micros: maybe, latency_us: maybe }),
});

/** A recent decision that would come out otherwise. */
export type ChangedDecision = z.output<typeof change>;

/** What a draft would have changed (`POST /api/v1/what-if`). */
export const whatIfReply = z.object({
  judged: number,
  complete: z.boolean(),
  since: maybe,
  changes: z.array(change),
  unreproduced: z.array(z.string()),
  totals: z.object({ changed: number, other_pair: number, refused: number, admitted: number, other_refusal: number, rescored: number, cost_micros: z.object({ before: number, after: number }) }),
  currency: z.string(),
});
export type Judgement = z.output<typeof whatIfReply>;

/** The pair of an outcome, or why there is none. */
export function outcomeText({ service, model, code }: ChangedDecision["from"]): string {
  if (service === null) return `refused: ${code ?? "unknown"}`;
  return model === null ? service : `${service} / ${model}`;
}

/** From where to where, and how often, the most frequent first. */
export function movesOf({ changes }: Pick<Judgement, "changes">): readonly { readonly from: string; readonly to: string; readonly count: number }[] {
  const counts = new Map<string, { from: string; to: string; count: number }>();
  for (const { from, to } of changes) {
    const move = { from: outcomeText(from), to: outcomeText(to) };
    const key = JSON.stringify(move);
    counts.set(key, { ...move, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

/** The totals in a sentence. */
export function judgementText({ judged, totals: { changed, other_pair: other, refused, admitted }, complete }: Judgement): string {
  const parts = [...(other === 0 ? [] : [`${String(other)} go to another pair`]), ...(refused === 0 ? [] : [`${String(refused)} are refused that were not`]), ...(admitted === 0 ? [] : [`${String(admitted)} are admitted that were refused`])];
  const head = judged === 0 ? "No recent request is there to be tried." : changed === 0 ? `None of the last ${String(judged)} requests would come out otherwise.` : `${String(changed)} of the last ${String(judged)} requests would come out otherwise${parts.length === 0 ? "" : `: ${parts.join(", ")}`}.`;
  return complete ? head : `${head} There was no time for more.`;
}
