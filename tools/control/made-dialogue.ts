import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import type { DialogueScript, Turn } from "./dialogue-script.ts";

/** What a turn of a made-up dialogue is. */
export type TurnKind = "switch" | "named" | "follow-up";

/** A made-up dialogue: its turns say of which kind they are. */
export interface MadeDialogue extends DialogueScript {
  readonly kinds: readonly TurnKind[];
}

const themes: Readonly<Record<string, readonly string[]>> = {
  trains: ["train", "station", "ticket", "seat", "journey", "platform", "railway", "departure", "arrival", "connection"],
  kitchen: ["recipe", "supper", "oven", "vegetables", "pasta", "roast", "ingredients", "spices", "baking", "soup"],
  weather: ["forecast", "rain", "wind", "sunshine", "temperature", "storm", "cloud", "snow", "humidity", "frost"],
  translator: ["translate", "sentence", "letter", "French", "German", "Polish", "wording", "grammar", "phrase", "meaning"],
  banking: ["account", "transfer", "payment", "balance", "loan", "interest", "invoice", "deposit", "currency", "mortgage"],
  calendar: ["meeting", "appointment", "schedule", "reminder", "invitation", "agenda", "deadline", "holiday", "birthday", "diary"],
};
/** What people say without saying what it is about. */
const filler = ["and", "what", "about", "the", "other", "one", "please", "later", "good", "now", "then", "can", "you", "do", "it", "again", "for", "four", "people", "on", "Saturday", "why", "is", "that", "so", "show", "me", "more", "less", "first"];

/**
 * A dialogue of 12 turns over six services: it stays with a theme for 2 to 5 turns. The first turn of a theme has three of its words, later
 * ones one (`named`) or none (`follow-up`, every second on average); all are filled up to seven words with words that mean nothing here.
 */
export function madeDialogue(seed: number): MadeDialogue {
  const random = xoroshiro128plus(seed);
  const draw = (below: number): number => uniformInt(random, 0, below - 1);
  const ids = Object.keys(themes);
  const turns: Turn[] = [];
  const kinds: TurnKind[] = [];
  let theme = "";
  let left = 0;
  while (turns.length < 12) {
    const kind: TurnKind = left === 0 ? "switch" : draw(2) === 0 ? "named" : "follow-up";
    if (left === 0) {
      const others = ids.filter((id) => id !== theme);
      theme = others[draw(others.length)] ?? "";
      left = 2 + draw(4);
    }
    const telling = drawn(themes[theme] ?? [], { switch: 3, named: 1, "follow-up": 0 }[kind], draw);
    const words = [...telling, ...drawn(filler, 7 - telling.length, draw)];
    turns.push({ say: drawn(words, words.length, draw).join(" "), expect: theme });
    kinds.push(kind);
    left -= 1;
  }
  const services = Object.fromEntries(Object.entries(themes).map(([id, words]) => [id, words.join(" ")]));
  return { name: `made-${String(seed)}`, services, turns, kinds };
}

/** Some of the words, none twice, in an order by chance. */
function drawn(words: readonly string[], count: number, draw: (below: number) => number): string[] {
  const left = [...words];
  return Array.from({ length: count }, () => left.splice(draw(left.length), 1)[0] ?? "");
}
