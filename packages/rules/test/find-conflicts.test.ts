import type { JsonObject } from "@caio/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findConflicts, parsePolicySet, readCondition, type ConditionScope, type RuleFinding } from "../src/index.ts";
import { examplePolicy, policyOf } from "./support/samples.ts";

const kinds = (...rules: string[]): string[] => findConflicts(policyOf("p", rules)).map((finding) => `${finding.kind} ${finding.rules.join(",")}`);

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
const requires = (id: string, condition: string, when?: string): string =>
  `{ id: ${id}, ${when === undefined ? "" : `when: ${quoted(when)}, `}require: ${quoted(condition)}, reason: r }`;
const denies = (id: string, condition: string): string => `{ id: ${id}, deny: ${quoted(condition)}, reason: r }`;

describe("findings", () => {
  test("the example of the format has none", () => {
    expect(findConflicts(parsePolicySet(examplePolicy))).toEqual([]);
  });

  test.each([
    ["false"],
    ["1 > 2"],
    ['request.action.kind == "read" && request.action.kind == "write"'],
    ['request.action.kind != "read" && request.action.kind != "write" && request.action.kind != "destructive"'],
    ["request.size.bytes > 5 && request.size.bytes < 6"],
    ["!has(request.size.bytes) && request.size.bytes > 0"],
    ['"a" in request.labels && request.labels.all(l, l == "b")'],
    ["size(request.labels) < 0"],
    ['request.labels == [] && request.labels.exists(l, l != "")'],
    ["request.action.kind in []"],
  ])("never fires: %s", (when) => {
    expect(kinds(requires("a", "service.access.public", when)).filter((kind) => !kind.startsWith("empty_all"))).toEqual(["never_fires a"]);
  });

  test.each([
    ["true"],
    ['request.action.kind != "read"'],
    ["has(request.size.bytes) && request.size.bytes > 5 && request.size.bytes < 7"],
    ['request.labels.all(l, l == "a") && request.labels.all(l, l == "b")'],
    ['request.data.media_type.startsWith("a") && request.data.media_type.startsWith("b")'],
  ])("may fire: %s", (when) => {
    expect(kinds(requires("a", "service.access.public", when))).not.toContain("never_fires a");
  });

  test("never satisfied", () => {
    expect(kinds(requires("a", "service.version_major > 2 && service.version_major < 2"))).toEqual(["never_satisfied a"]);
    expect(kinds(requires("a", 'request.action.kind == "write"', 'request.action.kind == "read"'))).toEqual(["never_satisfied a"]);
    expect(kinds(denies("a", "true"))).toEqual(["never_satisfied a"]);
  });

  test("contradictions over one field", () => {
    expect(kinds(requires("a", "service.version_major > 2"), requires("b", "service.version_major < 3"))).toEqual(["contradiction a,b"]);
    expect(kinds(requires("a", 'service.privacy.data_locality == "local"'), denies("b", 'service.privacy.data_locality in ["local", "external"]'))).toEqual(["contradiction a,b"]);
    expect(kinds(requires("a", "service.access.public"), denies("b", "service.access.public"))).toEqual(["contradiction a,b"]);
    expect(kinds(requires("a", '"eu" in service.privacy.regions'), requires("b", 'service.privacy.regions.all(r, r == "us")'))).toEqual(["empty_all b", "contradiction a,b"]);
    expect(kinds(requires("a", "has(service.constraints.rate_limit)"), denies("b", "has(service.constraints.rate_limit)"))).toEqual(["contradiction a,b"]);
    expect(kinds(requires("a", "!has(service.constraints.rate_limit)"), requires("b", "service.constraints.rate_limit.per_minute > 5"))).toEqual(["contradiction a,b"]);
  });

  test("no contradiction where the whens exclude each other, or both can hold", () => {
    const when = (kind: string): string => `request.action.kind == "${kind}"`;
    expect(kinds(requires("a", "service.version_major > 2", when("read")), requires("b", "service.version_major < 2", when("write")))).toEqual([]);
    expect(kinds(requires("a", "service.version_major > 1"), requires("b", "service.version_major < 3"))).toEqual([]);
    expect(kinds(requires("a", "service.version_major > 2"), requires("b", "service.access.public"))).toEqual([]);
  });

  test("undecided is said as such, and only where a field is shared", () => {
    const a = requires("a", 'service.name.startsWith("x")');
    expect(kinds(a, requires("b", 'service.name.startsWith("y")'))).toEqual(["undecided a,b"]);
    expect(kinds(a, requires("b", 'service.id.startsWith("y")'))).toEqual([]);
  });

  test("a condition of more branches than are followed is undecided, not ignored", () => {
    const branches = (count: number): string =>
      Array.from({ length: count }, (_, bit) => `(service.version_major != ${String(bit)} || "c${String(bit)}" in service.capabilities)`).join(" && ");
    const other = requires("b", "service.version_major > 5");
    expect(kinds(requires("a", branches(6)), other)).toEqual([]);
    expect(kinds(requires("a", branches(7)), other)).toEqual(["undecided a,b"]);
  });

  test("duplicates, whatever the white space", () => {
    expect(kinds(requires("a", "service.access.public&&true"), requires("b", " service.access.public && (true) "))).toEqual(["duplicate a,b"]);
    expect(kinds(requires("a", "service.access.public"), requires("b", "service.access.public", 'request.action.kind == "read"'))).toEqual([]);
  });

  test("all over a list that may be empty", () => {
    expect(kinds(requires("a", 'service.privacy.regions.all(r, r == "eu")'))).toEqual(["empty_all a"]);
    expect(kinds(requires("a", 'size(service.privacy.regions) > 0 && service.privacy.regions.all(r, r == "eu")'))).toEqual([]);
    expect(kinds(requires("a", 'service.privacy.regions != [] && service.privacy.regions.all(r, r == "eu")'))).toEqual([]);
    expect(kinds(requires("a", '["eu", "us"].all(r, r in service.privacy.regions)'))).toEqual([]);
    expect(kinds(requires("a", 'service.privacy.regions.filter(r, r != "us").all(r, r == "eu")'))).toEqual(["empty_all a"]);
  });

  test("every finding says what to do", () => {
    const [finding] = findConflicts(policyOf("p", [requires("a", "service.access.public", "false")]));
    expect(finding).toEqual({ kind: "never_fires", severity: "error", rules: ["a"], message: "Rule a can never fire: its when is never true. Correct the when, or remove the rule." });
  });

  test("a policy with very many branches is analysed in bounded time, and says that it was not finished", () => {
    const branches = Array.from({ length: 6 }, (_, bit) => `(service.version_major != ${String(bit)} || "c${String(bit)}" in service.capabilities)`);
    const rules = Array.from({ length: 60 }, (_, index) => requires(`r${String(index)}`, [...branches, `service.version_major != ${String(100 + index)}`].join(" && ")));
    const findings = findConflicts(policyOf("p", rules));
    expect(findings.at(-1)).toMatchObject({ kind: "undecided" });
  });
});

const requestAtoms = ['request.action.kind == "read"', 'request.action.kind in ["read", "write"]', '"a" in request.labels', "size(request.labels) > 0", 'request.labels.all(l, l == "b")', 'request.labels.exists(l, l != "a")', "request.labels == []", "request.size.bytes < 2", "1 <= request.size.bytes", "has(request.size.bytes)", "false"];
const serviceAtoms = ["service.version_major > 1", "service.version_major <= 1", "service.version_major in [0, 3]", "2 == service.version_major", 'service.privacy.data_locality == "local"', 'service.privacy.data_locality != "external"', 'service.privacy.data_locality in ["on_device", "local"]', "has(service.privacy.data_locality)", "service.access.public", "service.access.public == false", '"eu" in service.privacy.regions', 'service.privacy.regions.all(r, r in ["eu", "de"])', 'service.privacy.regions.exists(r, !(r == "eu"))', "size(service.privacy.regions) != 1", "has(service.privacy.regions)", 'service.privacy.regions[0] == "us"', "service.version_major + 1 > 3"];

function formula(atoms: readonly string[]): fc.Arbitrary<string> {
  return fc.letrec<{ f: string }>((tie) => ({
    f: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(...atoms),
      tie("f").map((a) => `!(${a})`),
      fc.tuple(tie("f"), fc.constantFrom("&&", "||"), tie("f")).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie("f"), tie("f"), tie("f")).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
    ),
  })).f;
}

const lists = [undefined, [], ["eu"], ["us"], ["eu", "us"], ["de"]];
const requests: readonly JsonObject[] = ["read", "write", "destructive"].flatMap((kind) =>
  [[], ["a"], ["b"], ["a", "b"]].flatMap((labels) => [undefined, 0, 1, 2].map((bytes) => ({ action: { kind }, labels, size: bytes === undefined ? {} : { bytes } }))),
);
const services: readonly JsonObject[] = [0, 1, 2, 3].flatMap((major) =>
  [undefined, "on_device", "local", "external"].flatMap((locality) =>
    lists.flatMap((regions) =>
      [true, false].map((open) => ({
        version_major: major,
        access: { public: open },
        privacy: { ...(locality === undefined ? {} : { data_locality: locality }), ...(regions === undefined ? {} : { regions }) },
      })),
    ),
  ),
);

function holds(text: string, scope: ConditionScope, request: JsonObject, service: JsonObject): unknown {
  const reading = readCondition(text, scope);
  return reading.ok && reading.condition.program.evaluate({ request, service, model: {} });
}

/** Random rules seldom collide: these do, so that each kind of finding is met whatever the seed. */
const read = 'request.action.kind == "read"';
interface RandomRule {
  readonly when: string;
  readonly condition: string;
  readonly kind: "require" | "deny";
}
const open: RandomRule = { when: read, condition: "service.access.public", kind: "require" };
const plain: [RandomRule, RandomRule][] = [
  [{ ...open, when: `${read} && request.action.kind == "write"` }, { ...open, condition: "service.version_major < 1 && service.version_major > 2" }],
  [open, { ...open, kind: "deny" }],
];

test("soundness: what is reported as proved has no counterexample in a small world", () => {
  const found: Record<string, number> = {};
  const rule = fc.record({ when: formula(requestAtoms), condition: formula(serviceAtoms), kind: fc.constantFrom("require" as const, "deny" as const) });
  fc.assert(
    fc.property(rule, rule, (a, b) => {
      const rules = [a, b].map(({ when, condition, kind }, index) => ({ id: `r${String(index)}`, priority: 0, reason: "r", when, effect: { kind, condition } }));
      const findings = findConflicts({ ...policyOf("p", []), rules });
      const firing = [a, b].map(({ when }) => requests.filter((request) => holds(when, "when", request, {}) === true));
      const passing = [a, b].map(({ condition, kind }) => services.filter((service) => holds(condition, "effect", {}, service) === (kind === "require")));
      for (const finding of findings) {
        found[finding.kind] = (found[finding.kind] ?? 0) + 1;
        expect(counterexample(finding, firing, passing), finding.message).toBeUndefined();
      }
    }),
    { numRuns: 80, examples: plain },
  );
  for (const kind of ["never_fires", "never_satisfied", "contradiction"]) expect(found[kind] ?? 0, kind).toBeGreaterThan(0);
});

/** Effects of these rules read the service alone, so requests and services can be tried apart. */
function counterexample(finding: RuleFinding, firing: readonly (readonly JsonObject[])[], passing: readonly (readonly JsonObject[])[]): unknown {
  const [first = 0, second = 0] = finding.rules.map((id) => Number(id.slice(1)));
  if (finding.kind === "never_fires") return firing[first]?.[0];
  if (finding.kind === "never_satisfied") return firing[first]?.length === 0 ? undefined : passing[first]?.[0];
  if (finding.kind === "contradiction") return passing[first]?.find((service) => passing[second]?.includes(service));
  return undefined;
}
