import { z } from "zod";

import { compareCandidates } from "../../refinement/candidate-order.ts";
import { id, modelId } from "../encodings.ts";
import { doublesOfHex } from "../state/double-list.ts";
import { onlineDocument } from "../state/online-document.ts";
import { healths, LEARNED_SIZE, MEMORY_SIZE } from "../state/history-sizes.ts";
import { normalGuaranteeWire, orderedSet, whole } from "./normal-terms.ts";

/** Finite doubles of a normalised form: a list, or hex of big-endian doubles. */
function doubles(length: number): z.ZodType<number[]> {
  const hex = z.string().regex(/^(?:[0-9a-f]{16})*$/, { error: "hex of big-endian doubles" }).transform(doublesOfHex);
  return z.union([z.array(z.number()), hex]).refine((values) => values.length === length && values.every(Number.isFinite), {
    error: `${String(length)} finite doubles`,
  });
}

const leaf = z.strictObject({
  service: id,
  model: z.union([z.null(), modelId]),
  health: z.enum(healths),
  promises: orderedSet(normalGuaranteeWire),
  outcomes: whole(0),
  violations: whole(0),
  learned: z
    .strictObject({ theta: doubles(LEARNED_SIZE), inverse: doubles(LEARNED_SIZE * LEARNED_SIZE), online: onlineDocument(whole, z.strictObject).exactOptional() })
    .exactOptional(),
  memory: doubles(MEMORY_SIZE).exactOptional(),
});

/** A history in normalised form: leaves in (service, model) order. */
export const normalHistory = z.strictObject({
  version: whole(0),
  leaves: z
    .array(leaf)
    .refine(
      (leaves) =>
        leaves.every((item, index) => {
          const before = leaves[index - 1];
          return before === undefined || compareCandidates(before, item) < 0;
        }),
      { error: "leaves in (service, model) order, one a pair" },
    ),
});
