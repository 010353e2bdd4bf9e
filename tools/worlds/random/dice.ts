import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A seeded source of random values: one seed, one sequence, on every machine. */
export class Dice {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1));
    // The first values of near seeds resemble each other.
    for (let skipped = 0; skipped < 24; skipped++) this.#generator.next();
  }

  /** An integer of from … to, both included. */
  int(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.int(0, 9_999) < percent * 100;
  }

  pick<Value>(values: readonly [Value, ...Value[]] | readonly Value[]): Value {
    const value = values[this.int(0, values.length - 1)];
    if (value === undefined) throw new Error("Nothing to pick from.");
    return value;
  }

  /** Each value with the chance given, in the order given. */
  some<Value>(values: readonly Value[], percent: number): Value[] {
    return values.filter(() => this.chance(percent));
  }

  /** One value or more. */
  several<Value>(values: readonly Value[], percent: number): Value[] {
    const chosen = this.some(values, percent);
    return chosen.length > 0 ? chosen : [this.pick(values)];
  }

  /** A value, or nothing, as a member that may be absent: `...dice.maybe(50, () => ({ name: "x" }))`. */
  maybe<Value extends object>(percent: number, value: () => Value): Partial<Value> {
    return this.chance(percent) ? value() : {};
  }

  /** The value itself or a neighbour, so that limits are met exactly, and missed by one unit. */
  near(value: number): number {
    return value + this.pick([-1, 0, 0, 1]);
  }

  /** A number of −1 … 1 in steps of a millionth. */
  ratio(): number {
    return this.int(-1_000_000, 1_000_000) / 1_000_000;
  }

  /** 64 lower-case hex digits. */
  hex(): string {
    let text = "";
    for (let part = 0; part < 8; part++) text += this.int(0, 0xffffffff).toString(16).padStart(8, "0");
    return text;
  }
}
