import { childrenOf, pathOf, type CelNode } from "./syntax/ast.ts";
import { CelRefusal, type CelIssue } from "./syntax/cel-issue.ts";
import { celProgram, type FramedProgram } from "./cel-program.ts";
import { checkTypes } from "./check-types.ts";
import { worstCost } from "./cost.ts";
import { celProfile } from "./profile.ts";
import { checkNegations, keepNegations } from "./syntax/keep-negations.ts";
import { parseSource, readSyntax } from "./syntax/read-syntax.ts";
import { scanSource } from "./syntax/scan.ts";
import { conditionScopes, type ConditionScope } from "./schema.ts";

/** A condition that the profile accepts. */
export interface Condition {
  readonly source: string;
  readonly syntax: CelNode;
  /** Every path that is read, such as `service.privacy.regions`, sorted; `has(x.y)` reads `x`. */
  readonly paths: readonly string[];
  readonly program: FramedProgram;
}

export type ConditionReading =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly issues: readonly CelIssue[] };

/** Conditions already read, by scope and source. Reading is pure, so this saves time and changes nothing. */
const known = new Map<string, Condition>();
const MAX_KNOWN = 4096;

/**
 * Reads a condition of the CEL profile and checks its types. Bounded whatever the text: what a recursive parser could
 * suffer from is refused before one runs. Never throws.
 *
 * @param scope - `when` sees `request`; `effect` sees `request`, `service` and `model`
 *
 * @example
 * ```ts
 * import { readCondition } from "@caio/rules";
 *
 * const reading = readCondition('"personal" in request.labels', "when");
 * if (reading.ok) reading.condition.paths; // ["request.labels"]
 * ```
 */
export function readCondition(source: string, scope: ConditionScope): ConditionReading {
  const key = `${scope} ${source}`;
  const found = source.length <= celProfile.maxSource ? known.get(key) : undefined;
  if (found !== undefined) return { ok: true, condition: found };
  let written = (offset: number): number => offset;
  const refused = (issues: readonly CelIssue[]): ConditionReading => ({ ok: false, issues: issues.map((issue) => ({ ...issue, offset: written(issue.offset) })) });
  try {
    const tokens = scanSource(source);
    const kept = keepNegations(source, tokens);
    written = kept.written;
    const syntax = readSyntax(parseSource(kept.text), kept.text);
    checkNegations(syntax, tokens);
    const issues = [...checkTypes(syntax, conditionScopes[scope]), ...costIssues(syntax)];
    if (issues.length > 0) return refused(issues);
    const paths = readPaths(syntax);
    const condition = { source, syntax, paths, program: celProgram(syntax, paths, scope) };
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, condition);
    return { ok: true, condition };
  } catch (error) {
    if (error instanceof CelRefusal) return refused([error.issue]);
    return { ok: false, issues: [{ offset: 0, message: "The condition cannot be prepared. Write it in a simpler form." }] };
  }
}

function costIssues(syntax: CelNode): readonly CelIssue[] {
  if (worstCost(syntax) <= celProfile.maxCost) return [];
  return [{ offset: syntax.at, message: "Over lists of 256 items this takes too long. Nest fewer macros over lists of the data." }];
}

function readPaths(syntax: CelNode): readonly string[] {
  const paths = new Set<string>();
  const visit = (node: CelNode): void => {
    const path = node.kind === "select" ? pathOf(node) : undefined;
    if (path !== undefined) paths.add(path);
    else for (const child of childrenOf(node)) visit(child);
  };
  visit(syntax);
  return [...paths].sort();
}
