import * as z from "zod/mini";

const text = z.nullable(z.string());
const number = z.nullable(z.number());

/** What the list shows of a decision (`GET /api/v1/decisions`); what it does not know of is not read. */
const decision = z.object({
  id: z.string(),
  at: z.number(),
  tenant: z.string(),
  kind: z.enum(["decision", "plan"]),
  outcome: z.enum(["chosen", "refused"]),
  code: text,
  service: text,
  model: text,
  margin_pico: number,
  explored: z.boolean(),
  candidates: number,
  admitted: number,
  promised: z.nullable(z.object({ latency_us: number, cost_micros: number, deadline_us: number })),
  measured: z.nullable(z.object({ status: z.string(), attempts: z.number(), latency_us: z.number(), cost_micros: number, kept: z.object({ latency: z.nullable(z.boolean()), cost: z.nullable(z.boolean()) }) })),
});

/** A page of decisions, the newest first. */
export const decisionsPage = z.object({ decisions: z.array(decision), next: number, currency: z.string(), log_size: z.number(), recorded: z.boolean() });

/** `decision` events of the feed. */
export const decisionEvent = z.object({
  kind: z.literal("decision"),
  at: z.number(),
  decision_id: z.string(),
  tenant: z.string(),
  outcome: z.enum(["chosen", "refused"]),
  code: z.optional(z.string()),
  service: z.optional(text),
  model: z.optional(text),
});

/** A decision of the list. Of one that was only heard of, what is measured is asked for afterwards. */
export type DecisionRow = z.output<typeof decision> & { readonly heard?: true };

/** A row from an event, until the list is asked for the rest. */
export function rowOfEvent({ decision_id: id, at, tenant, outcome, code, service, model }: z.output<typeof decisionEvent>): DecisionRow {
  return { id, at, tenant, outcome, kind: "decision", code: code ?? null, service: service ?? null, model: model ?? null, margin_pico: null, explored: false, candidates: null, admitted: null, promised: null, measured: null, heard: true };
}

/** What came of a decision in one word, with its tone. */
export function endingOf({ outcome, kind, measured, heard }: DecisionRow): { readonly tone: "good" | "bad" | "fair" | "plain"; readonly word: string } {
  if (outcome === "refused") return { tone: "fair", word: "refused" };
  if (measured === null) return { tone: "plain", word: kind === "plan" ? "plan" : heard === true ? "under way" : "decided" };
  if (measured.status !== "success") return { tone: "bad", word: measured.status };
  return measured.kept.latency === false || measured.kept.cost === false ? { tone: "bad", word: "beyond promise" } : { tone: "good", word: "kept" };
}

/** What is asked for in the list; an empty text asks nothing. */
export interface DecisionFilter {
  readonly outcome: "" | "chosen" | "refused";
  readonly service: string;
  readonly tenant: string;
}

export const NO_FILTER: DecisionFilter = { outcome: "", service: "", tenant: "" };

/** Whether a decision is asked for. */
export function isAsked({ outcome, service, tenant }: DecisionRow, filter: DecisionFilter): boolean {
  return (filter.outcome === "" || filter.outcome === outcome) && (filter.service === "" || filter.service === service) && (filter.tenant === "" || filter.tenant === tenant);
}

/** The address of a page. @param before - the place that the page before ended at */
export function pageAddress(filter: DecisionFilter, limit: number, before?: number): string {
  const said = Object.entries({ ...filter, limit: String(limit), before: before === undefined ? "" : String(before) }).filter(([, value]) => value !== "");
  return `api/v1/decisions?${new URLSearchParams(said).toString()}`;
}
