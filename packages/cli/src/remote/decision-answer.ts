import { z } from "zod";

const count = z.number().int();
const pair = z.object({ service: z.string(), model: z.string().nullable() });

/** What a list shows of a decision: no prompt, no name of a person. */
export const listedDecision = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  index: count,
  at: count,
  tenant: z.string(),
  kind: z.enum(["decision", "plan"]),
  outcome: z.enum(["chosen", "refused"]),
  code: z.string().nullable(),
  service: z.string().nullable(),
  model: z.string().nullable(),
  capabilities: z.array(z.string()),
  runner_up: pair.nullable(),
  candidates: count.nullable(),
  admitted: count.nullable(),
  steps: count.nullable(),
  promised: z.object({ latency_us: count.nullable(), cost_micros: count.nullable() }).nullable(),
  measured: z.object({ status: z.string(), attempts: count, latency_us: count, cost_micros: count.nullable(), kept: z.object({ latency: z.boolean().nullable(), cost: z.boolean().nullable() }) }).nullable(),
});
export type ListedDecision = z.output<typeof listedDecision>;

/** A page of decisions, the newest first. */
export const decisionList = z.object({ decisions: z.array(listedDecision), next: count.nullable(), currency: z.string(), recorded: z.boolean() });
