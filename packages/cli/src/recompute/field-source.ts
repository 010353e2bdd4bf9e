import type { Request } from "@caio/contracts";
import { ControlIntegrator, HashingEncoder } from "@caio/control";
import { canonicalJson } from "@caio/core";
import { detectSensitivity } from "@caio/security";

/** What of a request the door derived, and whether deriving it again gives the same. */
export interface DerivedAgain {
  /** The fields are those that the built-in encoder gives the texts. False where MAIA or another encoder gave them. */
  readonly fields: boolean;
  /** The built-in detectors find the labels that were found. */
  readonly labels: boolean;
}

/** Encodes the texts of a request again and looks for sensitive data in it again: neither is committed to, but the texts are. */
export async function deriveAgain({ document, fields, detected }: Request): Promise<DerivedAgain> {
  const encoder = new HashingEncoder();
  const again = fields.encoderId === encoder.id ? await new ControlIntegrator({ encoder }).readFields(document, { features: fields.features !== undefined }) : undefined;
  const { intent, context, data } = document;
  const labels = detectSensitivity([intent.text ?? null, context.map(({ text }) => text), data.payload ?? null]);
  return {
    fields: again !== undefined && canonicalJson(again) === canonicalJson(fields),
    labels: canonicalJson(labels) === canonicalJson(detected),
  };
}
