import { CaioError, type JsonObject } from "@caio/core";
import { z } from "zod";

import { exitCodes } from "../exit-code.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { GatewayClient, type RemoteOptions } from "../remote/gateway-client.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

export interface FeedbackOptions extends JsonOption, RemoteOptions {
  readonly decisionId: string;
  readonly thumb?: string | undefined;
  readonly score?: string | undefined;
  readonly verdict?: string | undefined;
  readonly judge?: string | undefined;
  readonly aspect?: string | undefined;
  readonly attempt?: number | undefined;
  readonly name?: string | undefined;
}

const answer = z.looseObject({
  decision_id: z.string(), aspect: z.string(), reward_micros: z.int().nullable(), decision_reward_micros: z.int().nullable(), learned: z.boolean(), because: z.string().nullable(), log_index: z.int(),
});

/** Why nothing is learned, in words. */
const reasons: Readonly<Record<string, string>> = {
  not_quality: "only quality is learned from",
  not_chosen: "the decision chose no service",
  failed: "the call failed, and has taught that",
  abstains: "it says nothing, and there was nothing to take back",
  fields_gone: "what the decision was made on is no longer kept",
  elsewhere: "another instance decided, and takes it up there",
};

/** `caio feedback DECISION`: says what a decision was worth. */
export const giveFeedback: RunCommand<FeedbackOptions> = async (options, { terminal, environment = {} }) => {
  const { decisionId, aspect, attempt, name, json } = options;
  if (!/^[0-9a-f]{64}$/.test(decisionId)) throw new CaioError("InvalidRequest", "Found another decision id, expected 64 hex digits: the header caio-decision-id of an answer.", { details: { at: "decision" } });
  const said: JsonObject = {
    ...saidOf(options),
    ...(aspect === undefined ? {} : { aspect }),
    ...(attempt === undefined ? {} : { attempt }),
    ...(name === undefined ? {} : { name }),
  };
  const client = await GatewayClient.open(options, { environment, signal: terminal.signal });
  const logged = await client.ask("POST", `/decisions/${decisionId}/feedback`, answer, said);
  terminal.write(json === true ? prettyJson(logged) : wordsOf(logged));
  return exitCodes.ok;
};

/** @throws CaioError `InvalidRequest` unless exactly one thing is said */
function saidOf({ thumb, score, verdict, judge }: FeedbackOptions): JsonObject {
  if ([thumb, score, verdict].filter((each) => each !== undefined).length !== 1 || (judge === undefined) !== (verdict === undefined)) {
    throw new CaioError("InvalidRequest", "Say one thing: --thumb up or down, --score 0.85, or --verdict pass, fail or abstain with --judge ID.", { details: { at: "feedback" } });
  }
  if (thumb !== undefined) return { kind: "thumb", value: thumb };
  if (score !== undefined) return { kind: "score", score };
  return { kind: "verdict", verdict: verdict ?? "", judge: judge ?? "" };
}

function wordsOf({ aspect, decision_reward_micros: reward, learned, because, log_index: index }: z.output<typeof answer>): string {
  const worth = reward === null ? "nobody says what it was worth" : `its ${aspect} is ${(reward / 1_000_000).toFixed(2)} of 1`;
  return `Logged at ${String(index)}: ${worth}; ${learned ? "learned" : `not learned: ${reasons[because ?? ""] ?? because ?? "unknown"}`}\n`;
}
