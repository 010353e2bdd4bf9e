import { CaioError, digest, type Digest, type JsonObject } from "@caio/core";
import * as z from "zod";

import { requireValueModel, type ValueModel } from "../value-model.ts";

const document = z.strictObject({
  caio_value_model: z.literal(1),
  encoder_id: z.string().min(1).max(128),
  dimension: z.int().min(1),
  neighbours: z.int().min(1),
  prior_weight_micros: z.int().min(0),
  pairs: z.array(z.strictObject({ service: z.string().min(1).max(63), model: z.string().min(1).max(128).nullable() })).min(1),
  cases: z.base64(),
  scores: z.base64(),
});

/** A value model as JSON: cases and scores as base64 of their bytes. `parseValueModel` reads it back. */
export function valueModelDocument(model: ValueModel): JsonObject {
  return {
    caio_value_model: 1,
    encoder_id: model.encoderId,
    dimension: model.dimension,
    neighbours: model.neighbours,
    prior_weight_micros: model.priorWeightMicros,
    pairs: model.pairs.map(({ service, model: name }) => ({ service, model: name })),
    cases: base64(model.cases),
    scores: base64(model.scores),
  };
}

/** @throws CaioError `InvalidHistory` for JSON that is no value model */
export function parseValueModel(value: unknown): ValueModel {
  const result = document.safeParse(value);
  if (!result.success) {
    const [first] = result.error.issues;
    throw new CaioError("InvalidHistory", `In the value model, at ${first?.path.join(".") ?? ""}: ${first?.message ?? "not of the form expected"}.`);
  }
  const { data } = result;
  const model: ValueModel = {
    encoderId: data.encoder_id,
    dimension: data.dimension,
    neighbours: data.neighbours,
    priorWeightMicros: data.prior_weight_micros,
    pairs: data.pairs,
    cases: new Int8Array(Buffer.from(data.cases, "base64")),
    scores: new Uint8Array(Buffer.from(data.scores, "base64")),
  };
  requireValueModel(model);
  return model;
}

/** What names a value model: the digest of ["caio-value-model-v1", its document]. */
export function valueModelDigest(model: ValueModel): Digest {
  return digest(["caio-value-model-v1", valueModelDocument(model)]);
}

function base64(bytes: Int8Array | Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
