import type { ConditionScope } from "@caio/rules";

import type { Dice } from "../../worlds/random/dice.ts";
import { randomLiteral, textLiteral } from "./literals.ts";
import { binding, form, leaf, listOf, scalarOf, type Kind, type ScalarKind, type Tree } from "./tree.ts";
import { fieldsOf, variables, words, type Field } from "./vocabulary.ts";

interface Variable {
  readonly name: string;
  readonly kind: ScalarKind;
}
type ListKind = keyof typeof scalarOf;

const { conditional, or, and, relation, sum, product, unary, member } = binding;
const SCALARS: readonly ScalarKind[] = ["bool", "int", "string", "string"];

/**
 * A random condition of the profile, well typed except where a field or macro ends up against a word that it cannot be.
 * It may still fail: unsaid fields, places beyond a list, sums beyond 64 bits.
 *
 * @param depth - levels at most, roughly
 */
export function randomTree(dice: Dice, scope: ConditionScope, depth: number, kind: Kind = "bool"): Tree {
  return new TreeMaker(dice, scope).make(kind, depth, []);
}

class TreeMaker {
  readonly #dice: Dice;
  readonly #fields: readonly Field[];

  constructor(dice: Dice, scope: ConditionScope) {
    this.#dice = dice;
    this.#fields = fieldsOf[scope];
  }

  make(kind: Kind, depth: number, bound: readonly Variable[]): Tree {
    const tree = this.#made(kind, depth, bound);
    return this.#dice.chance(6) ? { ...tree, bracketed: true } : tree;
  }

  #made(kind: Kind, depth: number, bound: readonly Variable[]): Tree {
    const dice = this.#dice;
    if (depth <= 0) return this.#leaf(kind, bound);
    if (dice.chance(6)) return this.#conditional(kind, depth - 1, bound);
    if (kind === "bool") return this.#bool(depth - 1, bound);
    if (kind === "int") return this.#int(depth - 1, bound);
    if (kind === "string") return dice.chance(40) ? this.#index("string", depth - 1, bound) : this.#leaf("string", bound);
    return this.#list(kind, depth - 1, bound);
  }

  #leaf(kind: Kind, bound: readonly Variable[]): Tree {
    const dice = this.#dice;
    const mine = bound.filter((variable) => variable.kind === kind);
    if (mine.length > 0 && dice.chance(60)) return leaf(kind, dice.pick(mine).name);
    const fields = this.#fields.filter((field) => field.kind === kind);
    if (fields.length > 0 && dice.chance(kind === "strings" ? 80 : 55)) return leaf(kind, dice.pick(fields).path);
    if (kind === "bool" || kind === "int" || kind === "string") return randomLiteral(dice, kind);
    return this.#listLiteral(kind, Array.from({ length: dice.chance(8) ? 0 : dice.int(1, 4) }, () => randomLiteral(dice, scalarOf[kind])));
  }

  #listLiteral(kind: ListKind, items: readonly Tree[]): Tree {
    const between = Array.from({ length: Math.max(0, items.length - 1) }, () => ", ");
    const texts = items.length === 0 ? ["[]"] : ["[", ...between, "]"];
    return form(kind, member, texts, items.map((item) => [item, conditional]));
  }

  #conditional(kind: Kind, depth: number, bound: readonly Variable[]): Tree {
    const [test, yes, no] = [this.make("bool", depth, bound), this.make(kind, depth, bound), this.make(kind, depth, bound)];
    return form(kind, conditional, ["", " ? ", " : ", ""], [[test, or], [yes, or], [no, conditional]]);
  }

  #bool(depth: number, bound: readonly Variable[]): Tree {
    switch (this.#dice.int(0, 12)) {
      case 0:
      case 1:
        return this.#binary("bool", "&&", and, depth, bound, "bool");
      case 2:
      case 3:
        return this.#binary("bool", "||", or, depth, bound, "bool");
      case 4:
        return this.#unary("bool", "!", depth, bound);
      case 5:
        return this.#binary("bool", this.#dice.pick(["<", "<=", ">", ">="]), relation, depth, bound, "int");
      case 6:
      case 7:
        return this.#equality(depth, bound);
      case 8:
        return this.#membership(depth, bound);
      case 9:
        return this.#ofTexts(depth, bound);
      case 10:
        return leaf("bool", `has(${this.#dice.pick(this.#fields).path})`);
      case 11:
        return this.#quantifier(depth, bound);
      default:
        return this.#index("bool", depth, bound);
    }
  }

  #int(depth: number, bound: readonly Variable[]): Tree {
    const dice = this.#dice;
    switch (dice.int(0, 5)) {
      case 0:
        return this.#binary("int", dice.pick(["+", "-"]), sum, depth, bound, "int");
      case 1:
        return this.#binary("int", "*", product, depth, bound, "int");
      case 2:
        return this.#unary("int", "-", depth, bound);
      case 3:
        return this.#index("int", depth, bound);
      default: {
        const of = this.make(dice.pick(["string", "string", "strings", "ints", "bools"]), depth, bound);
        return dice.chance(50) ? form("int", member, ["size(", ")"], [[of, conditional]]) : form("int", member, ["", ".size()"], [[of, member]]);
      }
    }
  }

  #binary(kind: Kind, operator: string, binds: number, depth: number, bound: readonly Variable[], of: Kind): Tree {
    const left = this.make(of, depth, bound);
    return form(kind, binds, ["", this.#spaced(operator), ""], [[left, binds], [this.#beside(left, depth, bound), binds + 1]]);
  }

  /** Another operand of the same kind: now and then the same one, or an int next to it, so that bounds are met. */
  #beside(left: Tree, depth: number, bound: readonly Variable[]): Tree {
    if (!this.#dice.chance(15)) return this.make(left.kind, depth, bound);
    if (left.kind !== "int" || this.#dice.chance(50)) return left;
    return form("int", sum, ["", this.#spaced(this.#dice.pick(["+", "-"])), ""], [[left, sum], [leaf("int", "1"), product]]);
  }

  #spaced(operator: string): string {
    return this.#dice.chance(85) ? ` ${operator} ` : operator;
  }

  #unary(kind: Kind, mark: string, depth: number, bound: readonly Variable[]): Tree {
    const of = this.make(kind, depth, bound);
    const doubled = of.texts[0]?.startsWith(mark) === true && this.#dice.chance(10);
    return form(kind, unary, [mark, ""], [[of, doubled ? unary : member]]);
  }

  #equality(depth: number, bound: readonly Variable[]): Tree {
    const dice = this.#dice;
    const operator = this.#spaced(dice.pick(["==", "!="]));
    const choices = this.#fields.filter((field) => field.values !== undefined);
    if (dice.chance(20) && choices.length > 0) {
      const { path, values = [] } = dice.pick(choices);
      return leaf("bool", `${path}${operator}${textLiteral(dice, dice.pick(values))}`, relation);
    }
    const kind = dice.pick<Kind>(["bool", "int", "int", "string", "string", "strings", "ints", "bools"]);
    const left = this.make(kind, depth, bound);
    return form("bool", relation, ["", operator, ""], [[left, relation], [this.#beside(left, depth, bound), sum]]);
  }

  #membership(depth: number, bound: readonly Variable[]): Tree {
    const kind = this.#dice.pick(SCALARS);
    const [item, list] = [this.make(kind, depth, bound), this.make(listOf[kind], depth, bound)];
    return form("bool", relation, ["", " in ", ""], [[item, relation], [list, sum]]);
  }

  #ofTexts(depth: number, bound: readonly Variable[]): Tree {
    const method = this.#dice.pick(["startsWith", "endsWith", "contains"]);
    const word = this.#dice.pick(words);
    const subject = this.#dice.chance(40) ? leaf("string", textLiteral(this.#dice, word)) : this.make("string", depth, bound);
    const part = this.#dice.chance(70) ? leaf("string", textLiteral(this.#dice, this.#pieceOf(word))) : this.make("string", depth, bound);
    return form("bool", member, ["", `.${method}(`, ")"], [[subject, member], [part, conditional]]);
  }

  #pieceOf(word: string): string {
    const points = Array.from(word);
    const start = this.#dice.int(0, points.length);
    return points.slice(start, this.#dice.int(start, points.length)).join("");
  }

  #quantifier(depth: number, bound: readonly Variable[]): Tree {
    const of = this.#dice.pick(SCALARS);
    return this.#macro("bool", this.#dice.pick(["all", "exists", "exists_one"]), of, "bool", depth, bound);
  }

  #list(kind: ListKind, depth: number, bound: readonly Variable[]): Tree {
    const dice = this.#dice;
    const element = scalarOf[kind];
    const roll = dice.int(0, 9);
    if (roll < 3) return this.#macro(kind, "filter", element, "bool", depth, bound);
    if (roll < 6) return this.#macro(kind, "map", dice.pick(SCALARS), element, depth, bound);
    if (roll < 8) return this.#leaf(kind, bound);
    return this.#listLiteral(kind, Array.from({ length: dice.chance(8) ? 0 : dice.int(1, 3) }, () => this.make(element, depth, bound)));
  }

  #macro(kind: Kind, macro: string, of: ScalarKind, body: Kind, depth: number, bound: readonly Variable[]): Tree {
    const dice = this.#dice;
    const free = variables.filter((name) => !bound.some((variable) => variable.name === name));
    const name = dice.chance(70) ? (free[0] ?? "v") : dice.pick(free);
    const range = this.make(listOf[of], Math.min(depth, 1), bound);
    const inner = this.make(body, depth, [...bound, { name, kind: of }]);
    return form(kind, member, ["", `.${macro}(${name}, `, ")"], [[range, member], [inner, conditional]]);
  }

  #index(kind: ScalarKind, depth: number, bound: readonly Variable[]): Tree {
    const list = this.make(listOf[kind], depth, bound);
    const place = this.#dice.chance(75) ? leaf("int", String(this.#dice.int(0, 3))) : this.make("int", depth, bound);
    return form(kind, member, ["", "[", "]"], [[list, member], [place, conditional]]);
  }
}
