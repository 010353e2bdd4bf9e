import type { Report } from "@caio/verifier";
import * as z from "zod/mini";

import type { GatewayClient } from "../../gateway/gateway-client.ts";
import { GatewayError } from "../../gateway/gateway-error.ts";
import { operatorKeys } from "../../gateway/operator-keys.ts";
import { useAsked, type AnswerState } from "../../gateway/use-answer.ts";
import { checkReceipt } from "../../verification/index.ts";
import { pictureOf, type DecisionPicture } from "../picture.ts";
import { readReceipt, type Receipt } from "../receipt.ts";
import type { Trace } from "../trace-shape.ts";

/** A receipt that was checked in this page, and what is drawn from it: one picture, or one for each step of a plan. */
export interface CheckedPictures {
  readonly report: Report;
  readonly pictures: readonly DecisionPicture[];
  /** Why nothing is drawn. */
  readonly unreadable: string | undefined;
  readonly planId: string | undefined;
}

const trace = z.object({
  decisionId: z.string(), now: z.number(), tenant: z.string(), outcome: z.string(), logIndex: z.number(), parent: z.nullable(z.string()),
  outcomes: z.array(z.object({
    attempt: z.number(), service: z.string(), model: z.nullable(z.string()), status: z.enum(["success", "violation", "error", "timeout", "cancelled"]),
    latencyUs: z.number(), costMicros: z.nullable(z.number()), reason: z.nullable(z.string()), endedAt: z.number(),
  })),
  feedback: z.array(z.object({ kind: z.string(), aspect: z.string(), scoreMicros: z.nullable(z.number()) })),
});

export interface FetchedDecision extends CheckedPictures {
  readonly trace: Trace;
  readonly bundle: string;
}

/** A decision of the gateway: its receipt, checked here, and what came of it. */
export function useDecision(gateway: GatewayClient, id: string): AnswerState<FetchedDecision> {
  return useAsked(async (signal) => {
    const path = `api/v1/traces/${encodeURIComponent(id)}`;
    const [found, bundle, keys] = await Promise.all([gateway.read(path, trace, { signal }), gateway.text(`${path}/bundle`, { signal }), operatorKeys(gateway, signal)]);
    const checked = await checkedPictures(bundle, keys, found);
    requireOf(id, checked);
    return { trace: found, bundle, ...checked };
  }, [gateway, id]);
}

/** A receipt may hold and yet be that of another decision. */
export function requireOf(id: string, { pictures, planId }: Pick<CheckedPictures, "planId"> & { readonly pictures: readonly Pick<DecisionPicture, "decisionId">[] }): void {
  const told = [...(planId === undefined ? [] : [planId]), ...pictures.map(({ decisionId }) => decisionId)];
  if (told.length > 0 && !told.includes(id)) throw new GatewayError("Unreadable", `The gateway sent a receipt of ${told[0]?.slice(0, 16) ?? ""}…, which is another decision. Do not rely on it.`);
}

/** Checks a bundle in a worker and draws what it holds. @throws GatewayError where it could not be checked */
export async function checkedPictures(bundle: string, keys: readonly string[], found?: Trace): Promise<CheckedPictures> {
  const reports: Report[] = [];
  for (const publicKey of keys) {
    const answer = await checkReceipt({ bundle, publicKey }, openWorker);
    if (answer.kind === "stopped") throw new GatewayError("Unchecked", answer.why);
    reports.push(answer.report);
    if (answer.report.valid) break;
  }
  const report = reports.find(({ valid }) => valid) ?? reports[0];
  if (report === undefined) throw new GatewayError("Unchecked", "The gateway has not said its key, without which no receipt can be checked.");
  const read = readReceipt(bundle, report);
  const draw = (receipt: Receipt): DecisionPicture => pictureOf(receipt, found?.decisionId === receipt.certificate.decisionId ? found : undefined);
  if (read.kind === "unreadable") return { report, pictures: [], unreadable: read.why, planId: undefined };
  if (read.kind === "plan") return { report, pictures: read.plan.steps.map(draw), unreadable: undefined, planId: read.plan.planId };
  return { report, pictures: [draw(read.receipt)], unreadable: undefined, planId: undefined };
}

function openWorker(): Worker {
  return new Worker(new URL("../../log/verify-worker.ts", import.meta.url), { type: "module" });
}
