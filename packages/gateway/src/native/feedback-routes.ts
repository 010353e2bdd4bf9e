import { isCaioError, parseDecimal, type JsonObject } from "@caio/core";
import { feedbackAspects } from "@caio/traceability";
import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { shownError } from "../door/shown-error.ts";
import { callerOf } from "../http/app.ts";
import { readQuery } from "../http/read-query.ts";
import type { GivenFeedback } from "../wiring/feedback/given-feedback.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";

/** Bytes of a body: one piece has some hundred. */
const BODY_BYTES = 8 * 1024;
const BATCH_BYTES = 128 * 1024;
const MAX_BATCH = 100;

const SCORE = /^(?:0(?:\.[0-9]{1,6})?|1(?:\.0{1,6})?)$/;
const score = z.union([z.string().regex(SCORE, 'expected a decimal from 0 to 1 such as "0.85"'), z.number().min(0).max(1)], { error: 'expected a decimal from 0 to 1 such as "0.85"' });
const common = {
  aspect: z.enum(feedbackAspects).default("quality"),
  attempt: z.int().min(1).max(1000).optional(),
  name: z.string().min(1).max(200).optional(),
  at: z.int().min(0).optional(),
};
const kinds = [
  { kind: z.literal("thumb"), value: z.enum(["up", "down"]), ...common },
  { kind: z.literal("score"), score, ...common },
  { kind: z.literal("verdict"), verdict: z.enum(["pass", "fail", "abstain"]), judge: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected the id of a judge, such as judge-v2: small letters, digits and -"), ...common },
] as const;
const one = z.discriminatedUnion("kind", [z.strictObject(kinds[0]), z.strictObject(kinds[1]), z.strictObject(kinds[2])]);
const decisionId = z.string().regex(/^[0-9a-f]{64}$/, "expected the 64 hex digits of a decision id");
const named = { decision_id: decisionId };
const many = z.strictObject({
  feedback: z.array(z.discriminatedUnion("kind", [z.strictObject({ ...named, ...kinds[0] }), z.strictObject({ ...named, ...kinds[1] }), z.strictObject({ ...named, ...kinds[2] })])).min(1).max(MAX_BATCH),
});
const path = z.object({ id: decisionId });

/** The body has its own reader, whose errors say more: the schema is for those who read the API. */
const unread = { validatorCompiler: () => () => true };
const reads = (schema: z.ZodType): object => ({ body: z.toJSONSchema(schema, { target: "draft-7", io: "input" }) });

/** What decisions were worth, as people and judges say it later. */
export function feedbackRoutes(app: FastifyInstance, { feedback }: Pick<GatewayCore, "feedback">): void {
  const described = { ...unread, bodyLimit: BODY_BYTES, schema: { params: z.toJSONSchema(path, { target: "draft-7" }), ...reads(one), summary: "Says what a decision was worth: a thumb, a score or a verdict. It is logged before the answer, and learned; the same again is once" } };
  app.post<{ Params: { id: string } }>("/api/v1/decisions/:id/feedback", described, async (request) => {
    const { id } = readQuery(path, request.params);
    return await feedback.give(callerOf(request), id, givenOf(readQuery(one, request.body)));
  });
  app.post("/api/v1/feedback", { ...unread, bodyLimit: BATCH_BYTES, schema: { ...reads(many), summary: "The same for up to 100 pieces at once, one after another; each has its own answer or error" } }, async (request) => {
    const caller = callerOf(request);
    const results: JsonObject[] = [];
    for (const { decision_id: id, ...piece } of readQuery(many, request.body).feedback) {
      results.push(await feedback.give(caller, id, givenOf(piece)).catch((error: unknown) => refusalOf(id, error)));
    }
    return { results };
  });
}

function givenOf(read: z.output<typeof one>): GivenFeedback {
  const { kind, aspect, attempt, name, at } = read;
  return { kind, scoreMicros: scoreOf(read), aspect, attempt, name, at, judge: read.kind === "verdict" ? read.judge : undefined };
}

function scoreOf(read: z.output<typeof one>): number | null {
  if (read.kind === "thumb") return read.value === "up" ? 1_000_000 : 0;
  if (read.kind === "score") return parseDecimal(read.score, 6, "down");
  return read.verdict === "abstain" ? null : read.verdict === "pass" ? 1_000_000 : 0;
}

/** What ends one piece ends none of the others; what is no error of ours ends all. */
function refusalOf(id: string, error: unknown): JsonObject {
  if (!isCaioError(error)) throw error;
  return { decision_id: id, error: { ...shownError(error).toJSON() } };
}
