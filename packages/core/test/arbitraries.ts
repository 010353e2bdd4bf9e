import fc from "fast-check";

import type { JsonValue } from "../src/index.ts";

/** Keys that are no array indices, some of them names that objects already have. */
const key = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => `k${text}`),
  fc.constantFrom("toString", "constructor", "a", "b", "\uffff", "\u{10000}"),
);

/** Values that canonical JSON can hold. */
export const fixedJson: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, true, false),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, min: -1, max: 1 }),
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(key, tie("value"), { maxKeys: 25 }),
  ),
})).value;
