import type { Dice } from "../../worlds/random/dice.ts";

const TOKEN = /\s+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\w+|&&|\|\||[=!<>]=|./gsu;

/** What may turn up in a condition: forms of the profile out of place, CEL outside of it, and what is no CEL. */
const STRAY: readonly string[] = [
  ...["!", "-", "(", ")", "[", "]", ".", ",", "?", ":", "&&", "||", "==", "<", "+", "*", "in", "true", "0", "1", '"a"', "x", "request", "[]"],
  ...["/", "%", "{", "}", "1.5", "1u", "0x1", ".5", "1e3", "null", "'''", 'r"a"', 'b"a"', '"\\x41"', '"\\U00000041"', '"\\101"', '"\\ud800"', '"\\N"', '"\\?"'],
  ...["matches", "size", "has", "all", "existsOne", "map", "timestamp", "int", "type", "dyn", "string", "double", "for", "while", "as", "package"],
  ...["9007199254740992", "9223372036854775807", "9223372036854775808", "// c\n", "\f", "\u00a0", "\u0000", "#", "@", "`", ";", "?.", "[?", "request.nothing", "service"],
];
const SPACES: readonly string[] = ["", " ", "\n", "\t", "\r\n", "  ", "\f", "\v"];

/** A text's tokens; joined they are the text. */
export function tokensOf(source: string): string[] {
  return source.match(TOKEN) ?? [];
}

/** A text with one to three tokens left out, doubled, swapped, replaced or added. Few are still conditions of the profile. */
export function spoilSource(dice: Dice, source: string): string {
  const tokens = tokensOf(source);
  for (let change = dice.int(1, 3); change > 0 && tokens.length > 0; change--) {
    const at = dice.int(0, tokens.length - 1);
    const token = tokens[at] ?? "";
    switch (dice.int(0, 5)) {
      case 0:
        tokens.splice(at, 1);
        break;
      case 1:
        tokens.splice(at, 0, token);
        break;
      case 2:
        tokens.splice(at, 1, dice.pick(STRAY));
        break;
      case 3:
        tokens.splice(at, 0, dice.pick(STRAY));
        break;
      case 4:
        tokens.splice(at, 1, dice.pick(tokens));
        break;
      default:
        tokens.splice(at, 0, dice.pick(SPACES));
    }
  }
  return tokens.join("");
}
