import { childrenOf, pathOf, type CelNode } from "../cel/syntax/ast.ts";
import type { CelType, StructType } from "../cel/cel-type.ts";
import { conditionScopes } from "../cel/schema.ts";
import { itemSet, literalSet } from "./item-set.ts";
import { listTerm, meetTerms, opaqueTerm, presenceTerm, topTerm, valueTerm, type Term } from "./term.ts";
import { anyInt, anyWord, complement, intersect, ints, words, type ValueSet } from "./value-set.ts";

type Call = Extract<CelNode, { kind: "call" }>;

/** More branches than this are not followed: the condition counts as undecided. */
const MAX_TERMS = 64;

/**
 * What follows if a condition evaluates to `want`: at least one of the terms holds. No term: it never does. Where a
 * construct is beyond the analysis its term is opaque, which only makes the answer weaker, never wrong.
 */
export function meaningOf(node: CelNode, want: boolean): readonly Term[] {
  if (node.kind === "literal") return node.value === want ? [topTerm] : [];
  if (node.kind === "select") return flagMeaning(node, want);
  if (node.kind === "has") return hasMeaning(node, want);
  if (node.kind === "macro") return macroMeaning(node, want);
  return node.kind === "call" ? callMeaning(node, want) : opaque(node);
}

/** Terms of which one holds if one of each group does. */
export function conjunction(groups: readonly (readonly Term[])[]): readonly Term[] {
  return groups.reduce<readonly Term[]>(
    (left, right) => bounded(left.flatMap((a) => right.flatMap((b) => meetTerms(a, b) ?? []))),
    [topTerm],
  );
}

function callMeaning(node: Call, want: boolean): readonly Term[] {
  const [first, second, third] = node.args;
  if (first === undefined) return opaque(node);
  if (node.op === "!") return meaningOf(first, !want);
  if (second === undefined) return opaque(node);
  switch (node.op) {
    case "&&":
    case "||": {
      const sides = [meaningOf(first, want), meaningOf(second, want)];
      return (node.op === "&&") === want ? conjunction(sides) : bounded(sides.flat());
    }
    case "?:":
      if (third === undefined) return opaque(node);
      return bounded([
        ...conjunction([meaningOf(first, true), meaningOf(second, want)]),
        ...conjunction([meaningOf(first, false), meaningOf(third, want)]),
      ]);
    case "in":
      return membership(node, first, second, want);
    default:
      return comparison(node, first, second, want);
  }
}

function flagMeaning(node: CelNode, want: boolean): readonly Term[] {
  const path = pathOf(node);
  return path === undefined ? opaque(node) : valueTerm(path, words([String(want)]));
}

function hasMeaning(node: Extract<CelNode, { kind: "has" }>, want: boolean): readonly Term[] {
  const path = pathOf(node.operand);
  return path === undefined ? opaque(node) : presenceTerm(`${path}.${node.field}`, want);
}

function macroMeaning(node: Extract<CelNode, { kind: "macro" }>, want: boolean): readonly Term[] {
  const path = pathOf(node.range);
  const yes = itemSet(node.body, node.variable);
  if (path === undefined || yes === undefined || typeAt(path)?.kind !== "list") return opaque(node);
  if (node.macro === "all") return want ? listTerm(path, { every: yes }) : listTerm(path, { some: [complement(yes)] });
  if (node.macro === "exists") return want ? listTerm(path, { some: [yes] }) : listTerm(path, { every: complement(yes) });
  return opaque(node);
}

/** `x in ["a", "b"]`, or `"a" in x`. */
function membership(node: Call, item: CelNode, list: CelNode, want: boolean): readonly Term[] {
  const itemPath = pathOf(item);
  if (itemPath !== undefined && list.kind === "list") {
    const listed = literalSet(list.items, typeAt(itemPath));
    return listed === undefined ? opaque(node) : valueTerm(itemPath, within(itemPath, want ? listed : complement(listed)));
  }
  const listPath = pathOf(list);
  const set = literalSet([item], undefined);
  if (listPath === undefined || set === undefined) return opaque(node);
  return want ? listTerm(listPath, { some: [set] }) : listTerm(listPath, { every: complement(set) });
}

function comparison(node: Call, left: CelNode, right: CelNode, want: boolean): readonly Term[] {
  if (left.kind === "literal" && right.kind === "literal") {
    const set = itemSet({ ...node, args: [{ kind: "variable", name: "", at: 0 }, right] }, "");
    const value = literalSet([left], undefined);
    if (set === undefined || value === undefined) return opaque(node);
    const holds = JSON.stringify(shown(intersect(set, value))) === JSON.stringify(shown(value));
    return holds === want ? [topTerm] : [];
  }
  const subject = left.kind === "literal" || (left.kind === "list" && left.items.length === 0) ? right : left;
  const path = subject.kind === "select" ? pathOf(subject) : undefined;
  if (path !== undefined && typeAt(path)?.kind === "list") return emptiness(node, path, subject === left ? right : left, want);
  const sized = subject.kind === "call" && subject.op === "size" ? sizedPath(subject) : undefined;
  const subjectPath = path ?? sized;
  if (subjectPath === undefined) return opaque(node);
  const set = itemSet(replaceSubject(node, subject), "");
  if (set === undefined) return opaque(node);
  const wanted = want ? set : complement(set);
  return path === undefined
    ? listTerm(subjectPath, { size: intersect(wanted, ints([0, Infinity])) })
    : valueTerm(subjectPath, within(subjectPath, wanted));
}

/** `list == []` and `list != []`. */
function emptiness(node: Call, path: string, other: CelNode, want: boolean): readonly Term[] {
  if (other.kind !== "list" || other.items.length > 0 || (node.op !== "==" && node.op !== "!=")) return opaque(node);
  const empty = (node.op === "==") === want;
  return listTerm(path, { size: empty ? ints([0, 0]) : ints([1, Infinity]) });
}

function sizedPath(call: Call): string | undefined {
  const path = call.args[0] === undefined ? undefined : pathOf(call.args[0]);
  return path !== undefined && typeAt(path)?.kind === "list" ? path : undefined;
}

/** The comparison with its subject as the variable "", so that one reader serves fields, sizes and items. */
function replaceSubject(node: Call, subject: CelNode): Call {
  return { ...node, args: node.args.map((arg) => (arg === subject ? { kind: "variable", name: "", at: arg.at } : arg)) };
}

/** The set among the values that the field can have at all. */
function within(path: string, set: ValueSet): ValueSet {
  const type = typeAt(path);
  if (type?.kind !== "scalar") return set;
  if (type.name === "bool") return intersect(set, words(["true", "false"]));
  if (type.values !== undefined) return intersect(set, words(type.values));
  return intersect(set, type.name === "int" ? anyInt : anyWord);
}

function typeAt(path: string): CelType | undefined {
  const [root = "", ...fields] = path.split(".");
  const roots: Readonly<Record<string, StructType>> = conditionScopes.effect;
  let type: CelType | undefined = Object.hasOwn(roots, root) ? roots[root] : undefined;
  for (const field of fields) {
    type = type?.kind === "struct" && Object.hasOwn(type.fields, field) ? type.fields[field]?.type : undefined;
  }
  return type;
}

function bounded(terms: readonly Term[]): readonly Term[] {
  if (terms.length <= MAX_TERMS) return terms;
  return [opaqueTerm(terms.flatMap((term) => [...pathsIn(term)]))];
}

/** Every path that a term speaks of. */
export function pathsIn(term: Term): ReadonlySet<string> {
  return new Set([...term.values.keys(), ...term.lists.keys(), ...term.present, ...term.absent, ...term.opaque]);
}

function opaque(node: CelNode): readonly Term[] {
  const paths = new Set<string>();
  const visit = (part: CelNode): void => {
    const path = part.kind === "select" ? pathOf(part) : undefined;
    if (path !== undefined) paths.add(path);
    else for (const child of childrenOf(part)) visit(child);
  };
  visit(node);
  return [opaqueTerm(paths)];
}

function shown(set: ValueSet): unknown {
  return set.kind === "ints" ? set.ranges : [...set.listed];
}
