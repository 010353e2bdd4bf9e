import { pathOf } from "../cel/syntax/ast.ts";
import type { Condition } from "../cel/condition.ts";
import { compileRule, type CompiledRule } from "../engine/compiled-rule.ts";
import type { PolicySet } from "../policy-set.ts";
import { byPriority } from "../policy/rule-order.ts";
import { conjunction, meaningOf } from "./meaning.ts";
import type { RuleFinding, RuleFindingKind } from "./rule-finding.ts";
import { allMacros, ruleMeaning, type RuleMeaning } from "./rule-meaning.ts";
import type { Term } from "./term.ts";
import { holdsInt } from "./value-set.ts";

/** Combinations of branches that are compared at most, so that any policy is analysed in about a second. */
const MAX_WORK = 20_000;

/**
 * Looks for rules that contradict themselves or each other (calculus §3). Sound: a rule said never to fire never does, one
 * said never to be satisfied never is where it fires, and no candidate satisfies both sides of a contradiction, whatever
 * the request. Not complete: decided are comparisons, equalities, membership, presence, sizes, and `all` and `exists`
 * over such; rules over a common field that say more than that are `undecided`. That two rules can fire together is
 * assumed unless their `when`s are shown to exclude each other.
 *
 * @returns findings in the order of the rules
 * @throws CaioError `InvalidPolicy` if a condition is outside the profile
 *
 * @example
 * ```ts
 * import { findConflicts, parsePolicySet } from "@caio/rules";
 *
 * const text = `
 * caio_policy: 1
 * id: house
 * rules:
 *   - { id: a, require: 'service.version_major > 2', reason: New ones. }
 *   - { id: b, require: 'service.version_major < 2', reason: Old ones. }
 * `;
 * findConflicts(parsePolicySet(text)).map((finding) => finding.kind); // ["contradiction"]
 * ```
 */
export function findConflicts(policy: PolicySet): readonly RuleFinding[] {
  const meanings = [...policy.rules].sort(byPriority).map(compileRule).map(ruleMeaning);
  const sound = meanings.filter((meaning) => !neverFires(meaning) && !neverSatisfied(meaning));
  return [...meanings.flatMap(aloneFindings), ...duplicates(meanings), ...pairs(sound)];
}

function aloneFindings(meaning: RuleMeaning): readonly RuleFinding[] {
  const { rule } = meaning;
  const empty = emptyAlls(rule);
  if (neverFires(meaning)) return [finding("never_fires", [rule], "can never fire: its when is never true. Correct the when, or remove the rule."), ...empty];
  if (neverSatisfied(meaning)) {
    return [finding("never_satisfied", [rule], "rejects every candidate whenever it fires. Correct its condition."), ...empty];
  }
  return empty;
}

function neverFires({ fires }: RuleMeaning): boolean {
  return fires.length === 0;
}

function neverSatisfied({ fires, satisfied }: RuleMeaning): boolean {
  return satisfied !== undefined && conjunction([fires, satisfied]).length === 0;
}

function duplicates(meanings: readonly RuleMeaning[]): readonly RuleFinding[] {
  const first = new Map<string, CompiledRule>();
  return meanings.flatMap(({ rule, structure }) => {
    const earlier = first.get(structure);
    if (earlier !== undefined) return [finding("duplicate", [earlier, rule], "do the same. Remove one of them.")];
    first.set(structure, rule);
    return [];
  });
}

function pairs(meanings: readonly RuleMeaning[]): readonly RuleFinding[] {
  const found: RuleFinding[] = [];
  let work = 0;
  for (const [index, a] of meanings.entries()) {
    for (const b of meanings.slice(index + 1)) {
      work += 1 + (a.satisfied?.length ?? 0) * (b.satisfied?.length ?? 0);
      if (work > MAX_WORK) return [...found, finding("undecided", [a.rule], "and those after it were not compared any further: the policy has too many combinations.")];
      found.push(...pairFinding(a, b));
    }
  }
  return found;
}

function pairFinding(a: RuleMeaning, b: RuleMeaning): readonly RuleFinding[] {
  if (a.satisfied === undefined || b.satisfied === undefined || a.structure === b.structure) return [];
  if (!meet(a.paths, b.paths)) return [];
  if (conjunction([a.fires, b.fires]).length === 0) return [];
  const both = conjunction([a.satisfied, b.satisfied]);
  if (both.length === 0) {
    return [finding("contradiction", [a.rule, b.rule], "contradict each other: no candidate satisfies both. Give them whens that exclude each other, or change one.")];
  }
  const common = [...a.candidatePaths].filter((path) => b.candidatePaths.has(path));
  if (common.length === 0 || both.some((term) => isDecided(term, common))) return [];
  return [finding("undecided", [a.rule, b.rule], `both speak of ${common.join(", ")} in a way that this analysis cannot decide. Check that some candidate can satisfy both.`)];
}

function isDecided(term: Term, paths: readonly string[]): boolean {
  return paths.every((path) => !term.opaque.has(path));
}

/** True if the two sets have a path, or a path and one below it, in common. */
function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((x) => [...b].some((y) => x === y || x.startsWith(`${y}.`) || y.startsWith(`${x}.`)));
}

function emptyAlls(rule: CompiledRule): readonly RuleFinding[] {
  const conditions = [rule.when, rule.effect.kind === "oblige" ? undefined : rule.effect.condition];
  const open = new Set(conditions.flatMap((condition) => (condition === undefined ? [] : unguarded(condition))));
  return [...open].map((list) =>
    finding("empty_all", [rule], `asks all(…) of ${list}, which is true if the list is empty. If that is not meant, add size(${list}) > 0 &&.`),
  );
}

/** Lists that `all` goes over although the condition can be true with the list empty. */
function unguarded({ syntax }: Condition): readonly string[] {
  const macros = allMacros(syntax);
  if (macros.length === 0) return [];
  const terms = meaningOf(syntax, true);
  return macros.flatMap(({ range }) => {
    if (range.kind === "list") return [];
    const path = pathOf(range);
    if (path === undefined) return ["a computed list"];
    const guarded = terms.every((term) => {
      const fact = term.lists.get(path);
      return fact !== undefined && !holdsInt(fact.size, 0);
    });
    return guarded ? [] : [path];
  });
}

const severities: Readonly<Record<RuleFindingKind, RuleFinding["severity"]>> = {
  never_fires: "error",
  never_satisfied: "error",
  contradiction: "error",
  duplicate: "warning",
  empty_all: "warning",
  undecided: "info",
};

function finding(kind: RuleFindingKind, rules: readonly CompiledRule[], what: string): RuleFinding {
  const ids = rules.map((rule) => rule.id);
  const message = `${ids.length === 1 ? "Rule" : "Rules"} ${ids.join(" and ")} ${what}`;
  return { kind, severity: severities[kind], rules: ids, message };
}
