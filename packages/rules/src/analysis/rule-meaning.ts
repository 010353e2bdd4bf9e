import { childrenOf, structureOf, type CelNode } from "../cel/syntax/ast.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import { meaningOf, pathsIn } from "./meaning.ts";
import { topTerm, type Term } from "./term.ts";

/** A rule as the analysis sees it. */
export interface RuleMeaning {
  readonly rule: CompiledRule;
  /** What follows from the rule firing. */
  readonly fires: readonly Term[];
  /** What follows from a candidate satisfying its `require` or `deny`; undefined for other effects. */
  readonly satisfied?: readonly Term[];
  /** Paths of the service and the model that the effect speaks of. */
  readonly candidatePaths: ReadonlySet<string>;
  /** All paths of the effect. */
  readonly paths: ReadonlySet<string>;
  /** Equal for rules that do the same. */
  readonly structure: string;
}

export function ruleMeaning(rule: CompiledRule): RuleMeaning {
  const { when, effect } = rule;
  const fires = when === undefined ? [topTerm] : meaningOf(when.syntax, true);
  const structure = JSON.stringify([when === undefined ? null : structureOf(when.syntax), effectStructure(rule)]);
  if (effect.kind !== "require" && effect.kind !== "deny") {
    return { rule, fires, candidatePaths: new Set(), paths: new Set(), structure };
  }
  const satisfied = meaningOf(effect.condition.syntax, effect.kind === "require");
  const paths = new Set([...effect.condition.paths, ...satisfied.flatMap((term) => [...pathsIn(term)])]);
  const candidatePaths = new Set([...paths].filter((path) => !path.startsWith("request.")));
  return { rule, fires, satisfied, candidatePaths, paths, structure };
}

/** The `all` macros of a condition, outermost first. */
export function allMacros(node: CelNode): readonly Extract<CelNode, { kind: "macro" }>[] {
  const below = childrenOf(node).flatMap(allMacros);
  return node.kind === "macro" && node.macro === "all" ? [node, ...below] : below;
}

function effectStructure(rule: CompiledRule): unknown {
  const { effect } = rule;
  if (effect.kind === "oblige") return ["oblige", effect.obligations];
  const amount = effect.kind === "prefer" ? effect.amountMicros : 0;
  return [effect.kind, structureOf(effect.condition.syntax), amount];
}
