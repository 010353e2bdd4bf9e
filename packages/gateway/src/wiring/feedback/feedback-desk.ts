import type { Principal } from "@caio/contracts";
import { CaioError, isCaioError, type Digest, type JsonObject } from "@caio/core";
import { callerDigest, parseLearningRecord, type LearningRecord, type Orchestrator } from "@caio/orchestrator";
import {
  countingFeedback, decisionReward, teachingOf,
  type DecisionKeyStore, type FeedbackBody, type LogReceipt, type Trace, type TraceabilitySystem,
} from "@caio/traceability";

import { ADMIN, FEEDBACK } from "../../door/authenticate.ts";
import type { PeerLogs } from "../replicas/peer-logs.ts";
import { feedbackAnswer } from "./feedback-answer.ts";
import { digestsOf, type FeedbackDigests, type GivenFeedback } from "./given-feedback.ts";
import { InTurn } from "./in-turn.ts";

/** What a desk works with. */
export interface FeedbackPorts {
  readonly traces: Pick<TraceabilitySystem, "trace" | "feedback">;
  readonly openings: Pick<DecisionKeyStore, "opening">;
  readonly orchestrator: Pick<Orchestrator, "isUnderWay" | "recordFeedback" | "settled">;
  /** The logs of other instances, if there are any. */
  readonly peers: PeerLogs | undefined;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** 32 fresh secret bytes in hex, in the place of the keys of decisions that were erased. */
  readonly unkeyed: string;
  /** Told of each piece that is in the log. */
  readonly onLogged: (tenant: string, body: FeedbackBody) => void;
}

/** A piece that another instance took in. */
export interface ForeignFeedback {
  readonly tenant: string;
  readonly body: FeedbackBody;
  readonly takenFrom: NonNullable<FeedbackBody["takenFrom"]>;
}

/** Pieces of one decision that are taken. */
const MAX_FEEDBACK = 64;
/** How far a caller's clock may be ahead, or behind the decision's, milliseconds. */
const SKEW_MS = 60_000;

/** An entry before it is known what it changes. */
type UnjudgedBody = Omit<FeedbackBody, "taught" | "untaught" | "decisionRewardMicros">;

/** A decision, where its log is, and what is kept of it. */
interface FoundDecision {
  readonly trace: Trace;
  /** The instance whose log holds it; null: this one. */
  readonly decidedBy: string | null;
  readonly key: Digest | undefined;
  readonly record: LearningRecord | undefined;
  /** All that was said of it, as far as it is known here. */
  readonly said: Trace["feedback"];
}

/**
 * Takes what is said of decisions: who may say it, whether it was said before, what H learns from it. Of one decision one piece after
 * another, so that each entry says what the one before it left.
 */
export class FeedbackDesk {
  readonly #ports: FeedbackPorts;
  readonly #turns = new InTurn();

  constructor(ports: FeedbackPorts) {
    this.#ports = ports;
  }

  /**
   * Logs a piece of feedback, durable when this resolves, and has it learned. The same again gives the same answer and no entry.
   *
   * @throws CaioError `NotFound` for a decision that is not of the caller's tenant, or not there; `Expired` for one past its retention;
   *   `PermissionDenied`; `InvalidRequest` for an attempt or a time that cannot be; `FeedbackConflict` for a name that was given to something
   *   else, for a decision that is still being executed, and for more pieces than are taken
   */
  async give(caller: Principal, decisionId: Digest, given: GivenFeedback): Promise<JsonObject> {
    const { orchestrator } = this.#ports;
    // How the call ended may be on its way into the log, where it has to be first.
    if (orchestrator.isUnderWay(decisionId)) await orchestrator.settled();
    return await this.#turns.run(decisionId, () => this.#give(caller, decisionId, given));
  }

  /**
   * Takes up what another instance took in for a decision of this one, unless it was taken up before.
   *
   * @returns false if it is too early: the decision is still being executed
   */
  async adopt({ tenant, body, takenFrom }: ForeignFeedback): Promise<boolean> {
    return await this.#turns.run(body.decisionId, async () => {
      const found = await unlessExpired(() => this.#own(body.decisionId, tenant));
      if (found === undefined) return true;
      if (this.#ports.orchestrator.isUnderWay(body.decisionId)) return false;
      if (found.said.length >= MAX_FEEDBACK || found.said.some((each) => isSame(each, body, takenFrom))) return true;
      await this.#log(found, { ...body, decidedBy: null, takenFrom });
      return true;
    });
  }

  async #give(caller: Principal, decisionId: Digest, given: GivenFeedback): Promise<JsonObject> {
    const found = (await this.#own(decisionId, caller.tenant)) ?? (await this.#ofPeer(decisionId, caller.tenant));
    if (found === undefined) throw new CaioError("NotFound", "No decision with this id.", { details: { decision: decisionId } });
    requireMay(caller, found);
    if (this.#ports.orchestrator.isUnderWay(decisionId)) {
      throw conflict("The decision is still being executed. Say what it was worth when it has ended.", { decision: decisionId, reason: "under_way", retry_after_s: 1 });
    }
    const receivedAt = this.#ports.now();
    requirePossible(given, found.trace, receivedAt);
    const digests = digestsOf(given, caller, { id: decisionId, key: found.key }, this.#ports.unkeyed);
    const before = saidBefore(found.said, given, digests);
    if (before !== undefined) return feedbackAnswer(before, before.logIndex);
    if (found.said.length >= MAX_FEEDBACK) {
      throw conflict(`The decision has ${String(MAX_FEEDBACK)} pieces of feedback, as many as are taken.`, { decision: decisionId, reason: "too_many" });
    }
    const { logIndex, body } = await this.#log(found, bodyOf(found, given, digests, receivedAt));
    return feedbackAnswer(body, logIndex);
  }

  async #log({ trace, record, said, decidedBy }: FoundDecision, given: UnjudgedBody): Promise<{ readonly body: FeedbackBody } & LogReceipt> {
    const { orchestrator, onLogged } = this.#ports;
    const teaching = decidedBy === null ? teachingOf({ ...trace, feedback: said }, given, record) : { taught: null, untaught: "elsewhere" as const };
    const body: FeedbackBody = { ...given, decisionRewardMicros: decisionReward([...said, given], given.aspect), ...teaching };
    const receipt = await orchestrator.recordFeedback(trace.tenant, body, record);
    onLogged(trace.tenant, body);
    return { ...receipt, body };
  }

  async #own(decisionId: Digest, tenant: string): Promise<FoundDecision | undefined> {
    const { traces, openings } = this.#ports;
    const trace = await traces.trace(decisionId, tenant);
    return trace === undefined ? undefined : { ...(await kept(openings, decisionId)), trace, decidedBy: null, said: trace.feedback };
  }

  async #ofPeer(decisionId: Digest, tenant: string): Promise<FoundDecision | undefined> {
    const { peers, traces } = this.#ports;
    for (const card of (await peers?.others()) ?? []) {
      const trace = await peers?.trace(card, decisionId, tenant);
      if (peers === undefined || trace === undefined) continue;
      const here = await traces.feedback(decisionId, tenant);
      // What came in here is answered from here, also once it was taken up there.
      const there = trace.feedback.filter(({ takenFrom, content }) => !here.some((own) => own.logIndex === takenFrom?.logIndex && own.content === content));
      const said = [...here, ...there];
      return { ...(await kept(peers.openings(card.name), decisionId)), trace, decidedBy: card.name, said };
    }
    return undefined;
  }
}

async function kept(openings: FeedbackPorts["openings"], decisionId: Digest): Promise<Pick<FoundDecision, "key" | "record">> {
  const opening = await openings.opening(decisionId);
  return { key: opening?.decisionKey, record: opening?.learning === undefined ? undefined : parseLearningRecord(opening.learning) };
}

/** @throws CaioError `PermissionDenied` */
function requireMay(caller: Principal, { key, record }: FoundDecision): void {
  if (caller.permissions.includes(FEEDBACK) || caller.permissions.includes(ADMIN)) return;
  if (key !== undefined && record?.caller === callerDigest(key, caller)) return;
  throw new CaioError("PermissionDenied", `What a decision was worth say those who asked for it, and who has the permission ${FEEDBACK}. Ask for a key that has it.`, { details: { required: FEEDBACK } });
}

/** @throws CaioError `InvalidRequest` */
function requirePossible({ attempt, at }: GivenFeedback, { outcomes, now }: Trace, receivedAt: number): void {
  if (attempt !== undefined && !outcomes.some((each) => each.attempt === attempt)) {
    throw new CaioError("InvalidRequest", `At attempt: the decision has no attempt ${String(attempt)}. Leave it out, or name one that its trace shows.`, { details: { at: "attempt" } });
  }
  if (at === undefined || (at <= receivedAt + SKEW_MS && at >= now - SKEW_MS)) return;
  throw new CaioError("InvalidRequest", "At at: expected milliseconds since 1970-01-01T00:00:00Z, after the decision and not in the future. Leave it out if it was said just now.", { details: { at: "at" } });
}

/** The entry of the same, if it was said before: under the same name; without one, at the same time, or if it is what this source said last. */
function saidBefore(said: Trace["feedback"], { aspect, at }: GivenFeedback, digests: FeedbackDigests): Trace["feedback"][number] | undefined {
  if (digests.name === null) {
    if (at !== undefined) return said.find(({ source, content }) => source === digests.source && content === digests.content);
    const last = countingFeedback(said, aspect).find(({ source }) => source === digests.source);
    return last?.content === digests.content ? last : undefined;
  }
  const before = said.find((each) => each.name === digests.name);
  if (before === undefined || before.content === digests.content) return before;
  throw conflict("The name was given to other feedback on this decision. Use another name, or say the same.", { decision: before.decisionId, reason: "name_taken" });
}

function bodyOf({ trace, decidedBy }: FoundDecision, { kind, scoreMicros, aspect, attempt, at }: GivenFeedback, digests: FeedbackDigests, receivedAt: number): UnjudgedBody {
  const { decisionId, selected } = trace;
  return {
    ...{ decisionId, service: selected?.service ?? null, model: selected?.model ?? null, attempt: attempt ?? null, kind, aspect },
    ...{ rewardMicros: scoreMicros, at: at ?? receivedAt, receivedAt, ...digests, decidedBy, takenFrom: null },
  };
}

/** Whether an entry here is of that piece: taken up from there, or come in here under the same name. */
function isSame(own: FeedbackBody, { name }: FeedbackBody, { instance, logIndex }: ForeignFeedback["takenFrom"]): boolean {
  if (own.takenFrom?.instance === instance && own.takenFrom.logIndex === logIndex) return true;
  return name !== null && own.name === name;
}

function conflict(message: string, details: JsonObject): CaioError<"FeedbackConflict"> {
  return new CaioError("FeedbackConflict", message, { details });
}

async function unlessExpired<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isCaioError(error, "Expired")) throw error;
    return undefined;
  }
}
