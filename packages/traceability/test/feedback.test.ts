import { canonicalJson, MICRO } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  auditLogSegment, countingFeedback, decisionReward, entryHash, entryText, InMemoryTraceStore, outcomeBody, parseLogEntry, teachingOf, TraceabilitySystem,
  type FeedbackBody, type LogRecord,
} from "../src/index.ts";
import { decision, outcome, some } from "./support/records.ts";

function body(name: string, changes: Partial<FeedbackBody> = {}): FeedbackBody {
  return {
    ...{ decisionId: some(name), service: "ident", model: null, attempt: null, kind: "score", aspect: "quality", rewardMicros: 800_000, decisionRewardMicros: 800_000 },
    ...{ at: 5, receivedAt: 6, source: some("caller"), name: null, content: some("content"), taught: { fromMicros: MICRO, toMicros: 800_000 }, untaught: null, decidedBy: null, takenFrom: null },
    ...changes,
  };
}

const said = (source: string, at: number, rewardMicros: number | null, content = some([source, at, rewardMicros])): FeedbackBody => body("d", { source: some(source), at, rewardMicros, content });
const kept = { waits: false };
const successful = { outcome: "chosen", outcomes: [{ status: "success" as const }], feedback: [] };

describe("a decision's reward", () => {
  it("is the mean over its sources of what each said last, rounded to the nearest", () => {
    expect(decisionReward([], "quality")).toBeNull();
    expect(decisionReward([said("a", 1, 3), said("b", 1, 4)], "quality")).toBe(4);
    expect(decisionReward([said("a", 2, 7), said("a", 1, 100), said("b", 3, null), said("b", 2, 9)], "quality")).toBe(7);
    expect(decisionReward([said("a", 1, 7)], "style")).toBeNull();
    // At the same moment the greater content counts, whichever came first.
    const [one, other] = [said("a", 1, 10, "0".repeat(64)), said("a", 1, 20, "f".repeat(64))];
    expect([decisionReward([one, other], "quality"), decisionReward([other, one], "quality")]).toEqual([20, 20]);
  });

  it("follows from the set of what was said, in no order, and stays between the least and the greatest", () => {
    const piece = fc.record({ source: fc.constantFrom("a", "b", "c"), at: fc.nat(5), reward: fc.option(fc.nat(MICRO), { nil: null }) });
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length }))), ([all, other]) => {
      const [first, second] = [all, other].map((each) => each.map(({ source, at, reward }) => said(source, at, reward)));
      const reward = decisionReward(first ?? [], "quality");
      expect(decisionReward(second ?? [], "quality")).toBe(reward);
      const counting = countingFeedback(first ?? [], "quality").flatMap(({ rewardMicros }) => rewardMicros ?? []);
      if (reward !== null) expect(reward >= Math.min(...counting) && reward <= Math.max(...counting)).toBe(true);
    }));
  });
});

describe("what feedback teaches", () => {
  it("is a change from what was learned of the decision last", () => {
    expect(teachingOf(successful, said("a", 1, 0), kept)).toEqual({ taught: { fromMicros: MICRO, toMicros: 0 }, untaught: null });
    const before = [body("d", { source: some("b"), rewardMicros: 500_000, taught: { fromMicros: MICRO, toMicros: 500_000 } })];
    expect(teachingOf({ ...successful, feedback: before }, said("a", 1, 0), kept).taught).toEqual({ fromMicros: 500_000, toMicros: 250_000 });
    // Who takes it back leaves what the success taught.
    expect(teachingOf({ ...successful, feedback: before }, said("b", 9, null), kept).taught).toEqual({ fromMicros: 500_000, toMicros: MICRO });
    // A call that was cancelled, or never made, taught nothing.
    for (const outcomes of [[], [{ status: "cancelled" as const }]]) expect(teachingOf({ ...successful, outcomes }, said("a", 1, 5), kept).taught).toEqual({ fromMicros: null, toMicros: 5 });
    expect(teachingOf({ ...successful, outcomes: [], feedback: [{ ...said("a", 1, 5), taught: { fromMicros: null, toMicros: 5 } }] }, said("a", 2, null), kept).taught).toEqual({ fromMicros: 5, toMicros: MICRO / 2 });
    expect(teachingOf({ ...successful, outcomes: [{ status: "timeout" }, { status: "success" }] }, said("a", 1, 1), kept).taught).toEqual({ fromMicros: MICRO, toMicros: 1 });
  });

  it("is the first observation where a success waits to be judged", () => {
    expect(teachingOf(successful, said("a", 1, 7), { waits: true }).taught).toEqual({ fromMicros: null, toMicros: 7 });
    expect(teachingOf(successful, said("a", 1, null), { waits: true }).untaught).toBe("abstains");
    expect(teachingOf({ ...successful, outcomes: [{ status: "error" }] }, said("a", 1, 7), { waits: true }).untaught).toBe("failed");
  });

  it("is nothing where nothing can be learned, and says why", () => {
    const why = (decided: Parameters<typeof teachingOf>[0], each: FeedbackBody, fields: typeof kept | undefined): unknown => teachingOf(decided, each, fields).untaught;
    expect(why(successful, { ...said("a", 1, 1), aspect: "style" }, kept)).toBe("not_quality");
    expect(why({ ...successful, outcome: "RuleViolation" }, said("a", 1, 1), kept)).toBe("not_chosen");
    expect(why({ ...successful, outcomes: [{ status: "violation" }, { status: "cancelled" }] }, said("a", 1, 1), kept)).toBe("failed");
    expect(why(successful, said("a", 1, 1), undefined)).toBe("fields_gone");
    expect(why({ ...successful, outcomes: [] }, said("a", 1, null), kept)).toBe("abstains");
  });
});

describe("an entry of feedback", () => {
  const text = (changes: object = {}): string => canonicalJson({ kind: "feedback", tenant: "acme", prev: null, body: { ...body("d"), ...changes } });

  it("comes back as it was logged, with its decision", async () => {
    const log = await TraceabilitySystem.open(new InMemoryTraceStore());
    await log.appendDecision("acme", decision("d"));
    await log.appendOutcome("acme", outcome("d"));
    const { logIndex } = await log.appendFeedback("acme", body("d"));
    await log.appendFeedback("acme", body("elsewhere", { decidedBy: "b" }));
    expect((await log.trace(some("d")))?.feedback).toEqual([{ ...body("d"), logIndex }]);
    expect((await log.trace(some("d")))?.outcomes).toHaveLength(1);
    expect(await log.feedback(some("elsewhere"), "acme")).toHaveLength(1);
    expect(await log.feedback(some("elsewhere"), "globex")).toEqual([]);
    expect(await log.verify()).toEqual({ holds: true });
  });

  it.each<[string, object]>([
    ["a reward above 1", { rewardMicros: MICRO + 1 }], ["one below 0", { decisionRewardMicros: -1 }], ["half a micro", { decisionRewardMicros: 0.5 }], ["a kind of its own", { kind: "stars" }], ["an aspect of its own", { aspect: "anna" }], ["a source that is no digest", { source: "anna" }],
    ["a name that is no digest", { name: "anna" }], ["a lesson without an end", { taught: { fromMicros: 1 } }], ["a lesson and why there is none", { untaught: "failed" }], ["neither", { taught: null, untaught: null }], ["no time", { at: null }], ["a service that is no text", { service: 5 }],
  ])("with %s is none", (_what, changes) => {
    expect(() => parseLogEntry(text(changes))).toThrow(expect.objectContaining({ code: "IntegrityViolation" }));
  });

  it("is one otherwise", () => {
    expect(parseLogEntry(text())).toMatchObject({ kind: "feedback" });
    expect(parseLogEntry(text({ taught: null, untaught: "fields_gone", rewardMicros: null }))).toMatchObject({ kind: "feedback" });
  });
});

describe("an audit", () => {
  const findings = (records: readonly LogRecord[]): readonly string[] => {
    const heads = new Map<string | null, string>();
    const entries = records.map((record) => {
      const text = entryText({ ...record, prev: heads.get(record.tenant) ?? null });
      heads.set(record.tenant, entryHash(text));
      return text;
    });
    return auditLogSegment({ checkpoints: [], entries }).map(({ kind, logIndex }) => `${kind} ${String(logIndex)}`);
  };
  const versions = (["registry", "policy", "history"] as const).map((kind): LogRecord => ({ kind, tenant: kind === "registry" ? "acme" : null, body: { version: 1, digest: some("version"), parent: null } }));
  const start: readonly LogRecord[] = [...versions, { kind: "decision", tenant: "acme", body: decision("d") }, { kind: "outcome", tenant: "acme", body: outcomeBody(outcome("d")) }];
  const feedback = (changes: Partial<FeedbackBody> = {}, tenant = "acme", name = "d"): LogRecord => ({ kind: "feedback", tenant, body: body(name, changes) });

  it("finds nothing where each piece goes on where the one before ended, and none in what others decided", () => {
    expect(findings([...start, feedback(), feedback({ taught: { fromMicros: 800_000, toMicros: 0 } }), feedback({ taught: null, untaught: "not_quality" }), feedback({ taught: { fromMicros: 0, toMicros: 5 } }), feedback({ decidedBy: "b" }, "acme", "of b")])).toEqual([]);
  });

  it("finds feedback without a decision, of another tenant or service, and a lesson that begins elsewhere", () => {
    expect(findings([...start, feedback({}, "acme", "unknown")])).toEqual(["feedback_without_decision 5"]);
    expect(findings([...start, feedback({}, "globex")])).toEqual(["feedback_mismatch 5"]);
    expect(findings([...start, feedback({ service: "other" })])).toEqual(["feedback_mismatch 5"]);
    expect(findings([...start, feedback(), feedback({ taught: { fromMicros: MICRO, toMicros: 0 } })])).toEqual(["feedback_mismatch 6"]);
  });
});
