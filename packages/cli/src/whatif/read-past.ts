import { CaioError, type Digest } from "@caio/core";
import type { Certificate, TraceStore } from "@caio/traceability";
import { z } from "zod";

import { chosenIn, type ChosenPair, type LeftOut, type PastAttempt, type PastDecisions, type ReadDecision } from "./past-decision.ts";

/** Entries that are read at once: with their certificates they are large. */
const PAGE = 500;

const entry = z.object({ kind: z.string(), tenant: z.string().nullable(), body: z.looseObject({}) });
const decision = z.object({ decisionId: z.string(), now: z.number() });
const outcome = z.object({ decisionId: z.string(), status: z.string(), latencyUs: z.number(), costMicros: z.number().nullable() });
const feedback = z.object({ decisionId: z.string(), aspect: z.string(), decisionRewardMicros: z.number().nullable() });

/** Which decisions are asked about. */
export interface PastQuery {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly tenant?: string | undefined;
}

interface Gathering extends ChosenPair {
  readonly attempts: PastAttempt[];
  readonly feedback: Map<string, number>;
}

/**
 * Reads the decisions of a span of time with their certificates, and everything that the log says of them, then or later.
 *
 * @throws CaioError `IntegrityViolation` for an entry of another form
 */
export async function readPast(store: TraceStore, query: PastQuery): Promise<PastDecisions<ReadDecision>> {
  const size = await store.size();
  const found = new Map<Digest, Gathering>();
  const leftOut = { refused: 0, followUps: 0, withoutCertificate: 0 };
  for (let start = 0; start < size; start += PAGE) {
    const page = await store.read(start, Math.min(PAGE, size - start));
    for (const [at, { text, certificate }] of page.entries()) {
      if (text !== null) take(JSON.parse(text), certificate, start + at, { query, found, leftOut });
    }
  }
  return { decisions: [...found.values()], leftOut };
}

interface Reading {
  readonly query: PastQuery;
  readonly found: Map<Digest, Gathering>;
  readonly leftOut: { -readonly [Name in keyof LeftOut]: LeftOut[Name] };
}

function take(value: unknown, certificate: string | null, logIndex: number, { query, found, leftOut }: Reading): void {
  const { kind, tenant, body } = read(entry, value, logIndex);
  if (kind === "outcome") {
    const { decisionId, ...attempt } = read(outcome, body, logIndex);
    found.get(decisionId)?.attempts.push(attempt);
  } else if (kind === "feedback") {
    const { decisionId, aspect, decisionRewardMicros } = read(feedback, body, logIndex);
    if (decisionRewardMicros === null) found.get(decisionId)?.feedback.delete(aspect);
    else found.get(decisionId)?.feedback.set(aspect, decisionRewardMicros);
  } else if (kind === "decision") {
    const { now } = read(decision, body, logIndex);
    const { since = 0, until = Number.MAX_SAFE_INTEGER } = query;
    if (now < since || now >= until || (query.tenant !== undefined && query.tenant !== tenant)) return;
    if (certificate === null) leftOut.withoutCertificate++;
    else keep(JSON.parse(certificate) as Certificate, found, leftOut);
  }
}

function keep(certificate: Certificate, found: Map<Digest, Gathering>, leftOut: Reading["leftOut"]): void {
  if (certificate.outcome.kind === "refused") leftOut.refused++;
  else if (certificate.lineage !== null) leftOut.followUps++;
  else found.set(certificate.decisionId, { ...chosenIn(certificate, certificate.outcome), attempts: [], feedback: new Map() });
}

function read<T>(schema: z.ZodType<T>, value: unknown, logIndex: number): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.join(".") ?? "";
  throw new CaioError("IntegrityViolation", `At log index ${String(logIndex)}: found an entry of another form at ${JSON.stringify(path)}. Was it written by a newer version?`, { details: { log_index: logIndex } });
}
