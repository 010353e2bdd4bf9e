import { MAX_FEATURES, type FeatureVector } from "@caio/contracts";
import { CaioError } from "@caio/core";

import { quantiseFeatures } from "./quantise-features.ts";

/**
 * Two views of a text as one: the likeness of joined features is the mean of the likenesses of their parts. What a model sees of the meaning
 * and what is seen of the words and the form (`hashedFeatures`) know different things of how hard a text is.
 *
 * @throws CaioError `InvalidField` if together they are more than 1 024 numbers
 */
export function joinFeatures(meaning: FeatureVector, form: FeatureVector): FeatureVector {
  const length = meaning.length + form.length;
  if (length > MAX_FEATURES) {
    throw new CaioError("InvalidField", `Found ${String(length)} features to be joined, expected at most ${String(MAX_FEATURES)}.`);
  }
  return quantiseFeatures([...meaning, ...form]);
}
