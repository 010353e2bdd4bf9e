import type { Dice } from "./dice.ts";
import {
  requestInts,
  requestLists,
  requestTexts,
  serviceFlags,
  serviceInts,
  serviceLists,
  serviceTexts,
  type ReadableField,
} from "./expression-fields.ts";

/** What an expression may read: the request alone (`when`), or the pair as well. */
export type Scope = "request" | "pair";

/** A well-typed CEL expression of type bool, within the profile that rules allow. */
export function randomExpression(dice: Dice, scope: Scope, depth = dice.int(0, 2)): string {
  if (depth === 0) return dice.chance(3) ? nestedQuantified(dice, scope) : atom(dice, scope);
  return composed(dice, scope, depth);
}

/** Nested macros stand alone: the profile bounds the work of one condition. */
function composed(dice: Dice, scope: Scope, depth: number): string {
  if (depth === 0) return atom(dice, scope);
  const part = (): string => `(${composed(dice, scope, depth - 1)})`;
  switch (dice.int(0, 5)) {
    case 0:
      return `!${part()}`;
    case 1:
      return `${part()} ? ${part()} : ${part()}`;
    case 2:
    case 3:
      return `${part()} && ${part()}`;
    default:
      return `${part()} || ${part()}`;
  }
}

/** True of every pair. */
export function truth(dice: Dice, scope: Scope): string {
  const ofRequest = ["true", "request.principal.trust >= 0", "size(request.action.kind) > 0"];
  return dice.pick(scope === "request" ? ofRequest : [...ofRequest, "service.version_major >= 0", "size(service.id) > 0"]);
}

function atom(dice: Dice, scope: Scope): string {
  switch (dice.int(0, 9)) {
    case 0:
    case 1:
    case 2:
      return comparison(dice, scope);
    case 3:
    case 4:
      return ofText(dice, scope);
    case 5:
      return scope === "pair" ? ofFlag(dice) : ofText(dice, scope);
    case 6:
      return presence(dice, scope);
    case 7:
      return quantified(dice, scope);
    default:
      return ofList(dice, scope);
  }
}

function comparison(dice: Dice, scope: Scope): string {
  const read = dice.pick(scope === "request" ? requestInts : [...requestInts, ...serviceInts, ...serviceInts]);
  const operator = dice.pick(["<", "<=", ">", ">=", "==", "!="]);
  return guarded(dice, read, `${arithmetic(dice, read)} ${operator} ${integer(dice.near(dice.pick(read.literals)))}`);
}

function arithmetic(dice: Dice, { path, literals }: ReadableField<number>): string {
  if (dice.chance(65)) return path;
  const literal = integer(dice.pick(literals));
  return dice.pick([
    `${path} + ${literal}`,
    `${path} - ${literal}`,
    `${path} * ${String(dice.int(0, 3))}`,
    `(${path} - ${literal}) * ${String(dice.int(1, 3))}`,
    `${path} + size(request.labels)`,
    `${path} * 9007199254740991`,
  ]);
}

function integer(value: number): string {
  return value < 0 ? `(${String(value)})` : String(value);
}

function ofText(dice: Dice, scope: Scope): string {
  const read = dice.pick(scope === "request" ? requestTexts : [...requestTexts, ...serviceTexts, ...serviceTexts]);
  const literal = JSON.stringify(dice.pick(read.literals));
  const { path } = read;
  const tests = [
    `${path} == ${literal}`,
    `${path} != ${literal}`,
    `${path} in [${read.literals.slice(0, 2).map((each) => JSON.stringify(each)).join(", ")}]`,
    `${path}.startsWith(${literal})`,
    `${path}.endsWith(${literal})`,
    `${path}.contains(${JSON.stringify(dice.pick(["-", "e", "x", ":"]))})`,
    `size(${path}) > ${String(dice.int(0, 8))}`,
  ];
  return guarded(dice, read, dice.pick(tests));
}

function ofFlag(dice: Dice): string {
  const read = dice.pick(serviceFlags);
  return guarded(dice, read, dice.pick([read.path, `!${read.path}`, `${read.path} == true`]));
}

function lists(scope: Scope): readonly ReadableField<string>[] {
  return scope === "request" ? requestLists : [...requestLists, ...serviceLists];
}

function ofList(dice: Dice, scope: Scope): string {
  const read = dice.pick(lists(scope));
  const tests = [
    `${JSON.stringify(dice.pick(read.literals))} in ${read.path}`,
    `!(${JSON.stringify(dice.pick(read.literals))} in ${read.path})`,
    `size(${read.path}) ${dice.pick([">", "<=", "=="])} ${String(dice.int(0, 3))}`,
  ];
  return guarded(dice, read, dice.pick(tests));
}

function quantified(dice: Dice, scope: Scope): string {
  const read = dice.pick(lists(scope));
  const macro = dice.pick(["all", "exists"]);
  const literal = JSON.stringify(dice.pick(read.literals));
  const inner = dice.pick(lists(scope));
  const tests = [
    `${read.path}.${macro}(x, x == ${literal})`,
    `${read.path}.${macro}(x, x != ${literal} && size(x) > 2)`,
    `${read.path}.${macro}(x, x.startsWith(${JSON.stringify(dice.pick(["e", "i", "p"]))}))`,
    `${read.path}.${macro}(x, x in ${inner.path})`,
  ];
  return guarded(dice, read, dice.pick(tests));
}

function nestedQuantified(dice: Dice, scope: Scope): string {
  const outer = dice.pick(lists(scope));
  const inner = dice.pick(lists(scope));
  const [first, second] = [dice.pick(["all", "exists"]), dice.pick(["all", "exists"])];
  return `${outer.path}.${first}(x, ${inner.path}.${second}(y, x == y || size(y) < size(x)))`;
}

function presence(dice: Dice, scope: Scope): string {
  const all = scope === "request" ? [...requestInts, ...requestTexts] : [...serviceInts, ...serviceTexts, ...serviceLists];
  const test = guard(dice.pick(all.filter((read) => read.unsaid)).path);
  return dice.chance(70) ? test : `!(${test})`;
}

/** What may be unsaid is mostly asked for with `has` before it is read; where not, reading it errors. */
function guarded(dice: Dice, read: { readonly path: string; readonly unsaid: boolean }, test: string): string {
  if (!read.unsaid || dice.chance(30)) return test;
  return dice.chance(50) ? `${guard(read.path)} && ${test}` : `!(${guard(read.path)}) || ${test}`;
}

/** has(a.b.c), with has(a.b) before it where a.b may be unsaid as well. */
function guard(path: string): string {
  const segments = path.split(".");
  const outer = ["cost", "context_length", "rate_limit"].includes(segments.at(-2) ?? "");
  return outer ? `has(${segments.slice(0, -1).join(".")}) && has(${path})` : `has(${path})`;
}
