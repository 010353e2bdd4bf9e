import { spawnSync } from "node:child_process";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { celProfile, readCondition } from "../src/index.ts";

function issueOf(text: string, scope: "when" | "effect" = "effect"): { offset: number; message: string; suggestion?: string } | undefined {
  const reading = readCondition(text, scope);
  return reading.ok ? undefined : reading.issues[0];
}

describe("the profile holds", () => {
  test.each([
    '"personal" in request.labels',
    'size(service.privacy.regions) > 0 && service.privacy.regions.all(r, r == "eu")',
    "service.version_major < 1",
    'request.action.kind == "destructive"',
    "has(model.competence_micros) && model.competence_micros >= 700000",
    "has(service.constraints.rate_limit) ? service.constraints.rate_limit.per_minute >= 100 : true",
    'request.labels.filter(l, l.startsWith("p")).map(l, size(l)).exists_one(n, n == 2)',
    "service.cost.input_token_pico * request.size.input_tokens < 1000000",
    "-1 - -2 == 1",
    "'\u{1F600}'in['a'] || (1)in[1] || 1\nin\n[1]",
    "1--1 == 2 && !(1 != 1 && !true) && -(-1 + 0) == 1 - (-1) + 3 * -1",
    "!(!true) && !((!(!true))) && -(-service.version_major) < 3 && !('!(!' == '!(!')",
    "'it\\'s' == \"it's\"",
    '"\\u00e9".size() == 1',
    "(size(request.labels) > 1 ? request.labels : request.intent.categories)[0] != ''",
    "request.labels == [] || !(service.access.public)",
    "true",
  ])("%s", (text) => {
    expect(issueOf(text)).toBeUndefined();
  });
});

describe("the profile refuses, with the place", () => {
  test.each([
    ["1.5 > 1", 0, "whole decimal numbers"],
    ["1u == 1u", 0, "whole decimal numbers"],
    ["0x10 == 16", 0, "whole decimal numbers"],
    ["9007199254740992 > 0", 0, "2^53"],
    ["request.size.bytes / 2 > 1", 19, "no division"],
    ["true // why", 5, "no comments"],
    ['{"a": 1} == {"a": 1}', 0, "no maps"],
    ["[[1]] == [[1]]", 1, "ints, strings or bools"],
    ['[1, "a"] == []', 4, "Use one type"],
    ['b"a" == b"a"', 0, "prefix"],
    ['r"a" == "a"', 0, "prefix"],
    ['"""a""" == "a"', 0, "Triple quotes"],
    ['"a" + "b" == "ab"', 0, "+ takes ints"],
    ['"\\x41" == "A"', 1, "escape"],
    ['"\\ud800" == "A"', 1, "escape"],
    ['"a', 0, "no end"],
    ['request.labels.exists(l, l.matches("a+"))', 26, "matches is not in the profile"],
    ["timestamp(1) == timestamp(1)", 0, "not in the profile"],
    ["request.labels.map(l, true, l) == []", 14, "not in the profile"],
    ["request.labels.existsOne(l, true)", 14, "not in the profile"],
    ["request.labels.all(true)", 14, "not in the profile"],
    ["null == null", 0, "has()"],
    ["request.labels.all(request, true)", 14, "taken"],
    ["request.action.kind < 'write'", 14, "Only ints are ordered"],
    ["request.action.kind == 1", 20, "never be equal"],
    ["request.action == request.action", 15, "Objects cannot be compared"],
    ["size(request.labels)", 0, "true or false"],
    ["request.labels && true", 7, "&& takes bools"],
    ["request['labels'] == []", 7, "only lists have places"],
    ["request.labels['a'] == ''", 14, "is an int"],
    ["1 in request.labels", 1, "never in"],
    ["'a' in request", 3, "Use has()"],
    ["true ? 1 : 'a'", 0, "one type"],
    ["[].all(x, true)", 2, "always empty"],
    ["request.labels.map(l, [l]) == []", 22, "not of a list"],
    [".request.labels == []", 0, "begins with a dot"],
    ["request.labels.all(l, l in .request.labels)", 27, "begins with a dot"],
    ["[1, 2,] == []", 6, "Remove the comma"],
    ["request.labels.all((l), true)", 19, "without brackets"],
    ['"\\U00000041" == "A"', 1, "escape"],
    ['"\\N" == "N"', 1, "escape"],
    ["!!true", 2, "Two signs"],
    ["--1 == 1", 3, "Two signs"],
    ["1 --- 1 == 0", 7, "Two signs"],
    ["!!size(request.labels) == 0", 22, "Two signs"],
    ["!( !size(request.labels)) && request.labls == []", 4, "! takes bools"],
    ["!(!(!true)) && request.labls == []", 23, "labls"],
    ["-((-true)) == 1", 4, "takes ints"],
    ["truein [true]", 4, "in stands apart"],
    ["'\u{1F600}' == 'a' || service.id inrequest.labels", 26, "in stands apart"],
    ["", 0, "empty"],
    ["(1 == 1", 7, "no CEL"],
    ["a; b", 1, "Remove it"],
  ])("%s", (text, offset, message) => {
    const issue = issueOf(text);
    expect(issue?.message).toContain(message);
    expect(issue?.offset).toBe(offset);
  });

  test("chains, negative numbers and has() are counted as they are written", () => {
    const times = (text: string, count: number, between: string): string => Array<string>(count).fill(text).join(between);
    expect(issueOf(times("true", 32, " && "))).toBeUndefined();
    expect(issueOf(times("true", 33, " && "))?.message).toContain("32 levels");
    expect(issueOf(times("true", 33, " || "))?.message).toContain("32 levels");
    expect(issueOf(`1 in [${times("-1", 254, ", ")}]`)).toBeUndefined();
    expect(issueOf(`1 in [${times("-1", 255, ", ")}]`)?.message).toContain("512 parts");
    expect(issueOf(`true in [${times("has(model.id)", 170, ", ")}]`)?.message).toContain("512 parts");
    expect(issueOf(`true in [${times("has(model.id)", 169, ", ")}]`)).toBeUndefined();
  });

  test("names that do not exist, with the one that was meant", () => {
    expect(issueOf("request.lables == []")).toMatchObject({ offset: 8, suggestion: "labels" });
    expect(issueOf("has(service.privacy.region)")).toMatchObject({ suggestion: "regions" });
    expect(issueOf("servise.id == ''")).toMatchObject({ offset: 0, suggestion: "service" });
    expect(issueOf('service.privacy.data_locality == "externl"')).toMatchObject({ suggestion: "external" });
    expect(issueOf('service.alignment.safety_level in ["high", "hgh"]')).toMatchObject({ suggestion: "high" });
  });

  test("service and model in a when", () => {
    expect(issueOf("service.access.public", "when")?.message).toContain("sees the request alone");
    expect(issueOf("has(model.id)", "when")?.message).toContain("sees the request alone");
  });

  test("more than one thing at once", () => {
    const reading = readCondition("request.a == 1 && request.b == 2", "when");
    expect(reading.ok ? 0 : reading.issues.length).toBe(2);
  });
});

describe("bounds", () => {
  const sum = (terms: number): string => `${Array.from({ length: terms }, () => "1").join(" + ")} == 0`;

  test("source, brackets, depth, nodes", () => {
    const padding = " ".repeat(celProfile.maxSource - 4);
    expect(issueOf(`true${padding}`)).toBeUndefined();
    expect(issueOf(`true ${padding}`)?.message).toContain("4097 characters");
    expect(issueOf(`${"(".repeat(32)}true${")".repeat(32)}`)).toBeUndefined();
    expect(issueOf(`${"(".repeat(33)}true${")".repeat(33)}`)?.message).toContain("brackets");
    expect(issueOf(sum(31))).toBeUndefined();
    expect(issueOf(sum(32))?.message).toContain("32 levels");
    expect(issueOf(Array.from({ length: 32 }, () => "true").join("&&"))).toBeUndefined();
    expect(issueOf(Array.from({ length: 33 }, () => "true").join("&&"))?.message).toContain("32 levels");
  });

  test("nesting and cost of macros", () => {
    const nest = (list: string, depth: number): string =>
      depth === 0 ? "true" : `${list}.all(v${String(depth)}, ${nest(list, depth - 1)})`;
    expect(issueOf(nest("[1, 2]", 3))).toBeUndefined();
    expect(issueOf(nest("[1, 2]", 4))?.message).toContain("nested deeper than 3");
    expect(issueOf(nest("request.labels", 2))).toBeUndefined();
    expect(issueOf(nest("request.labels", 3))?.message).toContain("too long");
  });

  test("reading is total", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(typeof readCondition(text, "effect").ok).toBe("boolean");
      }),
      { numRuns: 100 },
    );
    const tokens = ["request", "service", ".", "labels", "all", "(", ")", "[", "]", "x", ",", "&&", "||", "!", "-", "?", ":", '"a"', "1", "in", "has", " ", "==", "{", "'"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens), { maxLength: 40 }), (parts) => {
        expect(typeof readCondition(parts.join(""), "effect").ok).toBe("boolean");
      }),
      { numRuns: 200 },
    );
  });

  test("hostile sources are refused in bounded time, with the process alive", () => {
    const script = `
      import { readCondition } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).pathname)};
      const mega = 1 << 20;
      const hostile = ["(".repeat(mega), "[".repeat(4000), "!".repeat(4095) + "a", "-".repeat(4095) + "1", "a?".repeat(2000), "a.".repeat(2000) + "a",
        "true?true:".repeat(400) + "true", "a&&".repeat(1300) + "a", "1+".repeat(2000) + "1", "x".repeat(mega), "\\"".repeat(4000), "a[".repeat(2000), "[1].all(a,".repeat(300) + "true" + ")".repeat(300), "'" + "(".repeat(4000) + "'==''"];
      const times = hostile.map((text) => { const begun = process.cpuUsage(); const { ok } = readCondition(text, "effect"); const { user, system } = process.cpuUsage(begun); return [ok, (user + system) / 1000]; });
      console.log(JSON.stringify(times));
    `;
    const run = spawnSync(process.execPath, ["--conditions=@caio/source", "--import", "tsx", "--input-type=module", "-e", script], { encoding: "utf8", timeout: 60_000 });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    const results = JSON.parse(run.stdout) as [boolean, number][];
    expect(results.map(([ok]) => ok)).toEqual([...Array.from({ length: 13 }, () => false), true]);
    // Processor time, so that a busy machine changes nothing.
    expect(Math.max(...results.map(([, ms]) => ms))).toBeLessThan(10_000);
  });
});
