import { z } from "zod";

import { MAX_EXPECTED } from "../../expected-values.ts";
import { featuresProblem, MAX_FEATURES } from "../../feature-vector.ts";
import { compareCandidates } from "../../refinement/candidate-order.ts";
import { digestText, id, modelId, patterned, word } from "../encodings.ts";
import { normalPrincipal, normalRequestDocument, normalSize, normalTraits } from "./normal-request.ts";
import { whole } from "./normal-terms.ts";

const FIELD_INTEGERS = 128;

/** 128 integers of micros (calculus §9). */
const normalField = z.array(whole()).length(FIELD_INTEGERS, { error: "128 integers" });

/** Integers of micros, together of length 1. */
const normalFeatures = z.array(whole()).max(MAX_FEATURES).superRefine((features, context) => {
  const problem = featuresProblem(features);
  if (problem !== undefined) context.addIssue({ code: "custom", message: `${problem.expected}; found ${problem.found}` });
});

/** In (service, model) order, null first, each once. */
const normalExpected = z.strictObject({
  model: digestText,
  pairs: z
    .array(z.strictObject({ service: id, model: z.union([z.null(), modelId]), micros: whole(-1_000_000, 1_000_000) }))
    .max(MAX_EXPECTED)
    .refine((pairs) => pairs.every((pair, at) => at === 0 || compareCandidates(pairs[at - 1] ?? pair, pair) < 0), { error: "each pair once, in (service, model) order" }),
});

/** A request with what the door stamped, in normalised form, as a world file holds it. */
export const normalRequest = z.strictObject({
  document: normalRequestDocument,
  now: whole(0),
  decision_key: digestText,
  test_key: z.boolean(),
  principal: normalPrincipal,
  traits: normalTraits.exactOptional(),
  detected: z.array(z.strictObject({ label: word, count: whole(1) })),
  size: normalSize,
  fields: z.strictObject({
    encoder_id: patterned(/^[^\s\p{C}]{1,128}$/u, "an encoder's id"),
    intent: normalField,
    intent_rate: normalField.exactOptional(),
    context: z.array(normalField).max(64),
    features: normalFeatures.exactOptional(),
    expected: normalExpected.exactOptional(),
  }),
  lineage: z
    .strictObject({
      parent: digestText,
      excluded: z.array(z.strictObject({ service: id, model: z.union([z.null(), modelId]) })),
    })
    .exactOptional(),
});
