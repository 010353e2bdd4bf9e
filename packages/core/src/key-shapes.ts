/** The keys of objects of one kind: as they are given, as canonical JSON orders them, and how each is written. */
export interface KeyShape {
  readonly given: readonly string[];
  /** By UTF-16 code units. */
  readonly sorted: readonly string[];
  /** Of each sorted key the text in front of its value: comma, key, colon. */
  readonly texts: readonly string[];
}

/** What may be kept is bounded: keys may be a stranger's. */
const MAX_FIRST_KEYS = 1024;
const SHAPES_A_KEY = 8;
const MAX_KEYS = 64;
const MAX_LENGTH = 64;

/**
 * Remembers shapes. Programs write objects of few kinds again and again: to find a shape costs one look-up and one comparison a key, to
 * sort and to escape costs ten times that.
 */
export class KeyShapes {
  readonly #byFirst = new Map<string, KeyShape[]>();

  /** The shape of exactly these keys in this order, if it is known. */
  find(keys: readonly string[]): KeyShape | undefined {
    const shapes = this.#byFirst.get(keys[0] ?? "");
    if (shapes === undefined) return undefined;
    for (const shape of shapes) if (same(shape.given, keys)) return shape;
    return undefined;
  }

  /** The shape, which is kept if there is room for it. */
  remember(given: readonly string[], sorted: readonly string[], texts: readonly string[]): KeyShape {
    const shape = { given, sorted, texts };
    if (given.length > MAX_KEYS || given.some((key) => key.length > MAX_LENGTH)) return shape;
    const first = given[0] ?? "";
    const shapes = this.#byFirst.get(first);
    if (shapes !== undefined && shapes.length < SHAPES_A_KEY) shapes.push(shape);
    else if (shapes === undefined && this.#byFirst.size < MAX_FIRST_KEYS) this.#byFirst.set(first, [shape]);
    return shape;
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
