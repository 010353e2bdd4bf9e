import type { Condition } from "../cel/condition.ts";
import { parentSlotOf, slotOf, type Facts } from "../cel/evaluate/facts.ts";
import { CelFault } from "../cel/evaluate/fault.ts";
import type { Value } from "../cel/evaluate/value.ts";
import { guardsOf, type Demand, type Guard, type Word } from "./guard.ts";

/** Rules by their position. Lists of positions ascend. */
interface Field {
  readonly slot: number;
  readonly parent: number;
  readonly isList: boolean;
  readonly byWord: Map<Word, number[]>;
  /** For when the field is of another kind than it should be, or the object around it is absent. */
  readonly all: number[];
  /** For when the field alone is absent: those that do not ask for it first. */
  readonly unasked: number[];
}

/**
 * Finds the rules that may fire for a request, or whose `when` may fail, without looking at the others. Exact: it leaves out
 * only a rule whose `when` is false, without an error, for what the request says.
 */
export class RuleIndex {
  readonly #everyone: readonly number[];
  /** Rules with no guard. */
  readonly #always: readonly number[];
  readonly #fields: readonly Field[];

  /** @param whens - of the rules in their order; undefined: the rule always fires */
  constructor(whens: readonly (Condition | undefined)[]) {
    this.#everyone = [...whens.keys()];
    const guards = whens.map((when) => (when === undefined ? [] : guardsOf(when.syntax)));
    const often = countWords(guards.flat(2));
    const always: number[] = [];
    const fields = new Map<string, Field>();
    for (const [position, choices] of guards.entries()) {
      const guard = rarest(choices, often);
      if (guard === undefined) always.push(position);
      else for (const demand of guard) enter(fields, demand, position);
    }
    this.#always = always;
    this.#fields = [...fields.values()];
  }

  /** Positions of the rules to look at, ascending. */
  candidates({ slots, unreadable }: Facts): readonly number[] {
    if (unreadable !== undefined) return this.#everyone;
    const found: number[] = [];
    for (const field of this.#fields) {
      const words = wordsOf(field, slots[field.slot]);
      if (words === undefined) found.push(...(isAbsentAlone(field, slots) ? field.unasked : field.all));
      else for (const word of words) found.push(...(field.byWord.get(word) ?? []));
    }
    return found.length === 0 ? this.#always : inOrder([...this.#always, ...found]);
  }
}

/** In how many guards each word of a field stands. */
type Counts = ReadonlyMap<string, ReadonlyMap<Word, number>>;

function countWords(demands: readonly Demand[]): Counts {
  const counts = new Map<string, Map<Word, number>>();
  for (const { path, words } of demands) {
    const ofField = counts.get(path) ?? new Map<Word, number>();
    counts.set(path, ofField);
    for (const word of words) ofField.set(word, (ofField.get(word) ?? 0) + 1);
  }
  return counts;
}

/** The guard that most likely leaves its rule out: that with the rarest words. The first of several. */
function rarest(guards: readonly Guard[], counts: Counts): Guard | undefined {
  const commonness = (guard: Guard): number =>
    guard.flatMap(({ path, words }) => words.map((word) => counts.get(path)?.get(word) ?? 0)).reduce((sum, count) => sum + count, 0);
  return guards.reduce<Guard | undefined>((best, guard) => (best !== undefined && commonness(best) <= commonness(guard) ? best : guard), undefined);
}

function enter(fields: Map<string, Field>, { path, isList, words, asked }: Demand, position: number): void {
  const field = fields.get(path) ?? { slot: slotOf(path), parent: parentSlotOf(path), isList, byWord: new Map<Word, number[]>(), all: [], unasked: [] };
  fields.set(path, field);
  field.all.push(position);
  if (!asked) field.unasked.push(position);
  for (const word of words) {
    const rules = field.byWord.get(word) ?? [];
    field.byWord.set(word, rules);
    rules.push(position);
  }
}

/** What the field says; undefined where it is absent or of another kind. */
function wordsOf({ isList }: Field, value: Value | undefined): readonly Word[] | undefined {
  if (isList) return Array.isArray(value) ? (value as readonly Word[]) : undefined;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? [value] : undefined;
}

function isAbsentAlone({ slot, parent }: Field, slots: readonly Value[]): boolean {
  return slots[slot] instanceof CelFault && !(slots[parent] instanceof CelFault);
}

/** Ascending, each once. */
function inOrder(positions: number[]): readonly number[] {
  return positions.sort((a, b) => a - b).filter((position, at) => position !== positions[at - 1]);
}
