import { FIELD_SIZE, outcomeRewardMicros, type Candidate, type Field, type Request } from "@caio/contracts";
import { advanceHistory, intentFeatures, type LearnedOutcome, type LearnedReward } from "@caio/control";
import { canonicalJson, sha256Hex, type Digest, type JsonValue } from "@caio/core";
import { decisionReward, InMemoryTraceStore, teachingOf, TraceabilitySystem, type FeedbackBody } from "@caio/traceability";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { HistoryKeeper } from "../src/execution/history-keeper.ts";
import { outcomeOfEntry, pairOf } from "../src/execution/unlearned-entry.ts";
import { callerDigest, InMemoryHistoryStore, isLearnable, learningRecord, parseLearningRecord, type UnlearnedEntry } from "../src/index.ts";

const digestOf = (text: string): Digest => sha256Hex(Buffer.from(text));
const pairs: readonly Candidate[] = [{ service: "a", model: null }, { service: "b", model: "m" }];
const pairAt = (decision: number): Candidate => pairs[decision % pairs.length] ?? { service: "a", model: null };
/** Another field for each decision. */
const fieldOf = (decision: number): Field => Array.from({ length: 2 * FIELD_SIZE }, (_, at) => ((at * 7919 + decision * 104_729) % 200_003) - 100_001);
const idOf = (decision: number): Digest => digestOf(`decision ${String(decision)}`);

type Step =
  | { readonly does: "end"; readonly decision: number; readonly fails: boolean }
  | { readonly does: "say"; readonly decision: number; readonly source: string; readonly at: number; readonly scoreMicros: number | null }
  | { readonly does: "version" }
  | { readonly does: "crash" };

const said = fc.record({ does: fc.constant("say" as const), decision: fc.nat(4), source: fc.constantFrom("caller", "judge"), at: fc.nat(20), scoreMicros: fc.option(fc.nat(1_000_000), { nil: null }) });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant("end" as const), decision: fc.nat(4), fails: fc.boolean() }) },
  { weight: 4, arbitrary: said },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("version" as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("crash" as const) }) },
);

/** A learner over stores that outlive it, as a gateway is: what it holds in memory a crash takes. */
class Learner {
  readonly traces = new InMemoryTraceStore();
  readonly history = new InMemoryHistoryStore();
  #log: TraceabilitySystem | undefined;
  #keeper: HistoryKeeper | undefined;
  readonly #ended = new Set<number>();

  async start(): Promise<void> {
    const { through = -1 } = await this.history.latest();
    const unlearned: UnlearnedEntry[] = [];
    this.#log = await TraceabilitySystem.open(this.traces, (entry, { logIndex }) => { if (isLearnable(entry) && logIndex > through) unlearned.push({ entry, logIndex }); });
    this.#keeper = new HistoryKeeper(this.history, { nowUs: () => 0, learnEveryUs: 1, onFault: (fault) => { throw fault; } });
    for (const { entry, logIndex } of unlearned) this.#note(entry, logIndex);
  }

  async do(each: Step): Promise<void> {
    if (each.does === "crash") await this.start();
    else if (each.does === "version") await this.#keeper?.flush();
    else if (each.does === "say") await this.#say(each);
    else if (!this.#ended.has(each.decision)) await this.#end(each);
  }

  async #end({ decision, fails }: Extract<Step, { does: "end" }>): Promise<void> {
    // Nobody says anything of a decision that is being executed: its outcome is before all that is said of it.
    if ((await this.#said(decision)).length > 0) return;
    this.#ended.add(decision);
    const status = fails ? "error" : "success";
    const outcome = { ...pairAt(decision), decisionId: idOf(decision), attempt: 1, endedAt: 1, status, latencyUs: 1, rewardMicros: outcomeRewardMicros(status) } as const;
    const held = this.#keeper?.hold(this.#log?.head.size ?? 0);
    const receipt = await this.#log?.appendOutcome("acme", outcome);
    this.#keeper?.note(outcome, { intent: fieldOf(decision) }, receipt?.logIndex);
    held?.release();
  }

  async #say({ decision, source, at, scoreMicros }: Extract<Step, { does: "say" }>): Promise<void> {
    const given = { source: digestOf(source), content: digestOf(JSON.stringify([source, at, scoreMicros])), aspect: "quality", at, rewardMicros: scoreMicros } as const;
    const feedback = await this.#said(decision);
    const outcomes = await this.#outcomes(decision);
    const body: FeedbackBody = {
      ...{ ...given, decisionId: idOf(decision), ...pairAt(decision), attempt: null, kind: "score", name: null, receivedAt: at, decidedBy: null, takenFrom: null },
      ...{ decisionRewardMicros: decisionReward([...feedback, given], "quality"), ...teachingOf({ outcome: "chosen", outcomes, feedback }, given, { waits: false }) },
    };
    const held = this.#keeper?.hold(this.#log?.head.size ?? 0);
    const receipt = await this.#log?.appendFeedback("acme", body);
    if (receipt !== undefined && body.taught !== null) this.#note({ kind: "feedback", tenant: "acme", body, prev: null }, receipt.logIndex);
    held?.release();
  }

  #note(entry: UnlearnedEntry["entry"], logIndex: number): void {
    const intent = fieldOf([0, 1, 2, 3, 4].find((each) => idOf(each) === entry.body.decisionId) ?? 0);
    if (entry.kind === "outcome") this.#keeper?.note(outcomeOfEntry(entry.body), { intent }, logIndex);
    else {
      const pair = pairOf(entry.body);
      if (pair !== undefined && entry.body.taught !== null) this.#keeper?.noteReward({ pair, intent, ...entry.body.taught }, logIndex);
    }
  }

  async #said(decision: number): Promise<readonly FeedbackBody[]> {
    return (await this.#log?.feedback(idOf(decision), "acme")) ?? [];
  }

  async #outcomes(decision: number): Promise<readonly { readonly status: "success" | "error" }[]> {
    const indices = await this.traces.find({ kind: "outcome", decisionId: idOf(decision) });
    const entries = await Promise.all(indices.map(async (index) => await this.#log?.entry(index)));
    return entries.flatMap((entry) => (entry?.kind === "outcome" ? [{ status: entry.body.status === "success" ? "success" : "error" }] : []));
  }

  /** All that is in the log, learned in its order in one go. */
  async reference(): Promise<ReturnType<typeof advanceHistory>> {
    const log = this.#log;
    const entries = await Promise.all(Array.from({ length: log?.head.size ?? 0 }, async (_, index) => log?.entry(index)));
    return advanceHistory({ version: 0, leaves: [] }, entries.flatMap((entry): (LearnedOutcome | LearnedReward)[] => {
      if (entry === undefined || !isLearnable(entry)) return [];
      const intent = fieldOf([0, 1, 2, 3, 4].find((each) => idOf(each) === entry.body.decisionId) ?? 0);
      if (entry.kind === "outcome") return [{ outcome: outcomeOfEntry(entry.body), intent }];
      const pair = pairOf(entry.body);
      return pair === undefined || entry.body.taught === null ? [] : [{ pair, intent, ...entry.body.taught }];
    }));
  }
}

/** What a pair is thought to be worth for the request of a decision. */
function valueOf({ leaves }: Awaited<ReturnType<InMemoryHistoryStore["latest"]>>, decision: number): number {
  const { service, model } = pairAt(decision);
  const theta = leaves.find((leaf) => leaf.service === service && leaf.model === model)?.learned?.theta ?? [];
  return intentFeatures(fieldOf(decision)).reduce((sum, x, at) => sum + x * (theta[at] ?? 0), 0);
}

describe("H", () => {
  it("has learned all that is in the log, once and in its order, wherever versions were made and the process was killed", async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const learner = new Learner();
      await learner.start();
      for (const each of steps) await learner.do(each);
      await learner.do({ does: "crash" });
      await learner.do({ does: "version" });
      expect((await learner.history.latest()).leaves).toEqual((await learner.reference()).leaves);
    }), { numRuns: 150 });
  });

  it("thinks the same of a decision, whatever the order in which the same was said of it, and however often", async () => {
    const pieces = fc.array(said.map((each) => ({ ...each, decision: each.decision % 3 })), { minLength: 1, maxLength: 8 });
    await fc.assert(fc.asyncProperty(pieces.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }))), async ([all, shuffled]) => {
      const ends = [0, 1, 2].map((decision) => ({ does: "end", decision, fails: false }) as const);
      const values = await Promise.all([all, shuffled].map(async (order) => {
        const learner = new Learner();
        await learner.start();
        for (const each of [...ends, ...order]) await learner.do(each);
        await learner.do({ does: "version" });
        const latest = await learner.history.latest();
        return { rewards: await Promise.all([0, 1, 2].map(async (decision) => (await rewards(learner, decision)))), values: [0, 1, 2].map((decision) => valueOf(latest, decision)) };
      }));
      const [one, other] = values;
      expect(other?.rewards).toEqual(one?.rewards);
      // It is added up in another order.
      one?.values.forEach((value, at) => { expect(other?.values[at]).toBeCloseTo(value, 9); });
    }), { numRuns: 80 });
  });
});

describe("a version of H", () => {
  it("holds all of the log up to its place: what was appended with something that is not noted yet waits for the next one", async () => {
    const history = new InMemoryHistoryStore();
    const keeper = new HistoryKeeper(history, { nowUs: () => 0, onFault: (fault) => { throw fault; } });
    const note = (logIndex: number): void => { keeper.note({ ...pairAt(0), decisionId: idOf(0), attempt: 1, endedAt: 1, status: "success", latencyUs: 1, rewardMicros: 1_000_000 }, { intent: fieldOf(0) }, logIndex); };
    const held = keeper.hold(5);
    note(6);
    note(4);
    await keeper.flush();
    expect([(await history.latest()).through, (await history.latest()).leaves[0]?.outcomes]).toEqual([4, 1]);
    note(5);
    await keeper.flush();
    expect((await history.latest()).version).toBe(1);
    held.release();
    await keeper.flush();
    expect([(await history.latest()).through, (await history.latest()).leaves[0]?.outcomes]).toEqual([6, 3]);
  });
});

async function rewards({ traces }: Learner, decision: number): Promise<number | null> {
  const log = await TraceabilitySystem.open(traces);
  return decisionReward(await log.feedback(idOf(decision), "acme"), "quality");
}

describe("what is kept of a decision to learn from", () => {
  it("is canonical JSON, with all that learning sees, and by the decision's key alone is its caller known", () => {
    const fields = { encoderId: 'e "1"', intent: fieldOf(3), context: [], features: [-1_000_000, 0, 5], expected: { model: idOf(7), pairs: [{ service: "a", model: null, micros: -5 }, { service: "a", model: "m", micros: 7 }] } };
    const principal = { issuer: "house", subject: "anna", tenant: "acme" };
    const text = learningRecord({ fields, decisionKey: idOf(1), principal } as unknown as Request);
    expect(text).toBe(canonicalJson(JSON.parse(text) as JsonValue));
    expect(parseLearningRecord(text)).toEqual({ encoderId: fields.encoderId, intent: fields.intent, features: fields.features, expected: fields.expected, waits: false, caller: callerDigest(idOf(1), principal) });
    expect(text).not.toContain("anna");
    expect(callerDigest(idOf(2), principal)).not.toBe(callerDigest(idOf(1), principal));
    expect(callerDigest(idOf(1), { ...principal, tenant: "globex" })).not.toBe(callerDigest(idOf(1), principal));
  });

  it.each(["", "[]", "null", "{}", '{"encoderId":"e","caller":"00","intent":[]}', "{"])("is not taken from %j", (text) => {
    expect(parseLearningRecord(text)).toBeUndefined();
  });
});
