import { describe, expect, test } from "vitest";

import { isOpen, isSatisfied, SettledRules } from "../src/engine/settled-rules.ts";
import { compileRule, type Rule } from "../src/index.ts";

const rule = (id: string, effect: Rule["effect"]) => compileRule({ id, priority: 0, reason: "r", effect });
const rules = [
  rule("a", { kind: "require", condition: "service.access.public" }),
  rule("b", { kind: "deny", condition: "request.size.bytes > 1" }),
  rule("c", { kind: "oblige", obligations: ["log"] }),
  rule("d", { kind: "prefer", condition: "service.version_major > 1 && model.context_tokens > 1", amountMicros: 5 }),
  rule("e", { kind: "require", condition: "service.access.public || request.size.bytes > 1" }),
];
const satisfied = { satisfied: true, preferMicros: 0 } as const;
const preferred = { satisfied: true, preferMicros: 5 } as const;
const rejected = { satisfied: false, why: "false", message: "require is false" } as const;
const stateOf = (codes: Uint8Array, position: number): string => (isOpen(codes, position) ? "open" : isSatisfied(codes, position) ? "satisfied" : "prefers");

describe("what rules have said of a candidate", () => {
  test("is kept of those that never ask for the request, as long as the candidate's views", () => {
    const settled = new SettledRules(rules);
    const [service, model] = [{}, {}];
    const codes = settled.of(service, model);
    expect(rules.map((_rule, position) => stateOf(codes, position))).toEqual(["open", "open", "open", "open", "open"]);
    for (const position of rules.keys()) settled.settle(codes, position, satisfied);
    const again = settled.of(service, model);
    expect(rules.map((_rule, position) => stateOf(again, position))).toEqual(["satisfied", "open", "open", "satisfied", "open"]);
  });

  test("tells those that prefer something from those that do not, and keeps no rejection", () => {
    const settled = new SettledRules(rules);
    const codes = settled.of({}, {});
    settled.settle(codes, 0, rejected);
    settled.settle(codes, 3, preferred);
    expect([stateOf(codes, 0), stateOf(codes, 3)]).toEqual(["open", "prefers"]);
  });

  test("is of one service with one model, and of no other", () => {
    const settled = new SettledRules(rules);
    const [service, model] = [{}, {}];
    settled.settle(settled.of(service, model), 0, satisfied);
    expect([settled.of({}, model), settled.of(service, {}), new SettledRules(rules).of(service, model)].map((codes) => stateOf(codes, 0))).toEqual(["open", "open", "open"]);
  });

  test("is kept of 32 768 candidates, and of the others asked for anew", () => {
    const settled = new SettledRules(rules);
    const model = {};
    const services = Array.from({ length: 32_769 }, () => ({}));
    for (const service of services) settled.settle(settled.of(service, model), 0, satisfied);
    expect([0, 32_767, 32_768].map((at) => stateOf(settled.of(services[at] ?? {}, model), 0))).toEqual(["satisfied", "satisfied", "open"]);
  });

  test("of a position that is no rule's must be evaluated", () => {
    const codes = new SettledRules(rules).of({}, {});
    expect([isOpen(codes, 9), isSatisfied(codes, 9)]).toEqual([true, false]);
  });
});
