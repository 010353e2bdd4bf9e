import type { Dice } from "../../worlds/random/dice.ts";
import { binding, leaf, type ScalarKind, type Tree } from "./tree.ts";
import { edges, ints, words } from "./vocabulary.ts";

/** A literal, or for ints now and then a computed end of the 64 bits. */
export function randomLiteral(dice: Dice, kind: ScalarKind): Tree {
  if (kind === "bool") return leaf("bool", String(dice.chance(50)));
  if (kind === "string") return leaf("string", textLiteral(dice, dice.pick(words)));
  if (dice.chance(8)) return leaf("int", dice.pick(edges), binding.sum);
  const value = dice.chance(70) ? dice.pick(ints) : dice.int(-12, 12);
  if (value < 0) return leaf("int", `-${String(-value)}`, binding.unary);
  return leaf("int", dice.chance(3) ? `00${String(value)}` : String(value));
}

const SHORT = new Map([["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"], ["\\", "\\\\"]]);

/** A text in either quote, with what must be escaped escaped, and other characters now and then. */
export function textLiteral(dice: Dice, value: string): string {
  const quote = dice.pick(["'", '"']);
  const inner = Array.from(value, (char) => {
    const short = char === quote ? `\\${quote}` : SHORT.get(char);
    if (char.length === 1 && dice.chance(8)) return `\\u${hexOf(dice, char)}`;
    if (short !== undefined) return short;
    return (char === "'" || char === '"') && dice.chance(50) ? `\\${char}` : char;
  });
  return `${quote}${inner.join("")}${quote}`;
}

function hexOf(dice: Dice, char: string): string {
  const digits = char.charCodeAt(0).toString(16).padStart(4, "0");
  return dice.chance(50) ? digits : digits.toUpperCase();
}
