import { childrenOf, type CelNode } from "./ast.ts";
import { CelRefusal } from "./cel-issue.ts";
import { endsOperand, type Token } from "./scan.ts";

/** A text for the parser, and where an offset in it lies in the text that was written. */
export interface Kept {
  readonly text: string;
  readonly written: (offset: number) => number;
}

/**
 * The parser takes `!(!x)` and `-(-x)` for `x`, but they ask for a bool, and for an int whose negation does not overflow.
 * So that it sees both, `!(true&&!x)` and `-(0+-x)` are written for them, which say the same.
 */
export function keepNegations(source: string, tokens: readonly Token[]): Kept {
  const places = tokens.flatMap((token, index) => (isInnerSign(tokens, index) ? [{ at: token.at, insert: token.text === "!" ? "true&&" : "0+" }] : []));
  const text = places.reduceRight((whole, { at, insert }) => `${whole.slice(0, at)}${insert}${whole.slice(at)}`, source);
  const written = (offset: number): number => places.reduce((before, { at, insert }) => (before > at ? Math.max(at, before - insert.length) : before), offset);
  return { text, written };
}

/** A sign that stands in brackets which another one of its kind negates. */
function isInnerSign(tokens: readonly Token[], index: number): boolean {
  const sign = tokens[index]?.text;
  if (sign !== "!" && sign !== "-") return false;
  let outer = index - 1;
  while (tokens[outer]?.text === "(") outer--;
  return outer < index - 1 && tokens[outer]?.text === sign && (sign === "!" || !endsOperand(tokens[outer - 1]?.text ?? ""));
}

/**
 * @param tokens - of the text that was written
 * @throws CelRefusal if it has more signs than the tree: `!!x`, `--x`
 */
export function checkNegations(syntax: CelNode, tokens: readonly Token[]): void {
  const nots = tokens.filter(({ text }, at) => text === "!" && tokens[at + 1]?.text !== "=").length;
  const minuses = tokens.filter(({ text }) => text === "-").length;
  if (nots === signsIn(syntax, "!") && minuses === signsIn(syntax, "-")) return;
  throw new CelRefusal(syntax.at, "Two signs stand together here, which is not in the profile. Remove both, or put the second in brackets.");
}

function signsIn(node: CelNode, sign: "!" | "-"): number {
  return childrenOf(node).reduce((sum, child) => sum + signsIn(child, sign), hasSign(node, sign) ? 1 : 0);
}

function hasSign(node: CelNode, sign: "!" | "-"): boolean {
  if (node.kind === "literal") return sign === "-" && typeof node.value === "bigint" && node.value < 0n;
  return node.kind === "call" && (node.op === sign || (sign === "-" && node.op === "negate"));
}
