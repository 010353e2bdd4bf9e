import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { evaluateCel } from "../src/index.ts";

const request = { labels: ["b", "a"], size: { bytes: 7 }, on: true, name: "Grüße 😀", none: [] as string[], max: 9_007_199_254_740_991 };
const value = (source: string): unknown => {
  const answer = evaluateCel(source, { request });
  return answer.kind === "value" ? answer.value : answer.kind;
};

describe("evaluateCel", () => {
  it.each<readonly [string, unknown]>([
    ["1 + 2 * 3", 7], ["-3 - -4", 1], ["--3", 3], ["size('\\\\ud800')", 6], ["1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3", true], ["1 == 1 ? 'yes' : 'no'", "yes"],
    ["false && request.gone", false], ["request.gone && false", false], ["true || request.gone", true], ["request.gone || true", true],
    ["request.gone && true", "error"], ["request.gone || false", "error"], ["!request.gone", "error"], ["request.gone ? 1 : 2", "error"], ["true ? 1 : request.gone", 1],
    ["has(request.size.bytes)", true], ["has(request.size.gone)", false], ["has(request.gone.bytes)", "error"], ["has(request.name.x)", "error"],
    ['"a" in request.labels', true], ["3 in [1, 2]", false], ["[1, 2] == [1, 2]", true], ["[1] != [1, 2]", true], ["request.labels[1]", "a"],
    ["request.labels[2]", "error"], ["request.labels[-1]", "error"], ["size(request.name)", 7], ["request.labels.size()", 2], ["request.name.startsWith('Grü')", true],
    ["request.name.endsWith('😀') && request.name.contains('ße')", true], ["request.labels.all(x, x != 'c')", true], ["request.none.all(x, false)", true], ["request.none.exists(x, true)", false],
    ["[1, 2, 3].exists(x, x == 3 || request.gone)", true], ["[1, 2, 3].all(x, x == 3 && request.gone)", false], ["[1, 2].exists_one(x, x == 1)", true],
    ["[1, 2].exists_one(x, x == 1 || request.gone)", "error"], ["[1, 2, 3].filter(x, x > 1).map(y, y * 2)", [4, 6]], ["[1, 2].map(x, 'a')[0]", "a"],
    ["1024 * 9007199254740991 > 0", true], ["1025 * 9007199254740991", "error"], ["0 - 1024 * 9007199254740991 - 1024 == 0 - 9007199254740991 * 1024 - 1024", true], ["0 - 1024 * 9007199254740991 - 1025", "error"],
    ["-(0 - 1024 * 9007199254740991 - 1024)", "error"], ["'\\u00fc' == 'ü' && '\\'' == \"'\"", true],
    ["1 == 'a'", "error"], ["true < false", "error"], ["'a' < 'b'", "error"], ["'a' + 'b'", "error"], ["[1] + [2]", "error"], ["[1, 'a']", "error"], ["[[1]]", "error"], ["1 && true", "error"],
  ])("%s", (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  it.each([
    "1.0", "1 / 2", "5 % 2", "null", "1u", "0x1", "b'a'", "r'a'", "'''a'''", "{}", "{'a': 1}", "x", "request.labels.matches('a')", "timestamp('x')", "int('1')", "type(1)",
    "request.labels.all(request, true)", "request.labels.map(x, true, x)", "request.labels.all(x, request.labels.all(x, true))", "1 // one", "1 +", "(1", "'a", "'\\x41'", "'\\ud800'",
    "9007199254740992", "a.b()", "has(request)", "size()", "[1].all(x, [1].all(y, [1].all(z, [1].all(w, true))))", "(".repeat(33) + "1" + ")".repeat(33), "!".repeat(40) + "true",
    "1" + " + 1".repeat(40), `'${"a".repeat(4100)}'`, "in", "request.in", "if", "dyn(1)", "!-1", "1 == 1 ? 2", "a ? b : c ? d", ".request", "request[", "",
  ])("refuses %s", (source) => {
    expect(evaluateCel(source, { request }).kind).toBe("refused");
  });

  it("is total and bounded", () => {
    const bits = fc.constantFrom("request", ".labels", "size(", ")", "[", "]", "all(x,", "&&", "||", "!", "-", "1", "'a'", "?", ":", " in ", "==", "x", ",", "\\", '"', "\n", "😀", "map(y,", "*");
    fc.assert(fc.property(fc.array(bits, { maxLength: 30 }), (parts) => {
      expect(["value", "error", "refused"]).toContain(evaluateCel(parts.join(""), { request }).kind);
    }), { numRuns: 2000 });
    const many = Array.from({ length: 3000 }, (_item, i) => i);
    expect(evaluateCel("many.all(x, many.all(y, many.all(z, x + y + z >= 0)))", { many }).kind).toBe("refused");
  });
});
