import { readDocument, readDocumentValue, valueOrThrow, type DocumentForm, type ParseOptions, type ParseResult } from "@caio/contracts";

import type { PolicySet } from "../policy-set.ts";
import { policySchema } from "./policy-schema.ts";

const policyForm: DocumentForm<PolicySet> = { code: "InvalidPolicy", noun: "policy", schema: policySchema };

/**
 * Reads policy sets from YAML or JSON (formats, Policy set).
 *
 * @example
 * ```ts
 * import { PolicyParser } from "@caio/rules";
 *
 * const result = new PolicyParser().read("caio_policy: 1\nid: house\n", { file: "house.yaml" });
 * if (result.ok) result.value.weights.intent; // 300000
 * ```
 */
export class PolicyParser {
  /** The policy set, or everything that is wrong with the text. Total. */
  read(text: string, options: ParseOptions = {}): ParseResult<PolicySet> {
    return readDocument(text, policyForm, options);
  }

  /** The same for a value in memory: the body of a request, an object in a program. Total. */
  readValue(value: unknown, options: ParseOptions = {}): ParseResult<PolicySet> {
    return readDocumentValue(value, policyForm, options);
  }

  /** @throws CaioError `InvalidPolicy` with all problems and their places */
  parse(text: string, options: ParseOptions = {}): PolicySet {
    return valueOrThrow(this.read(text, options), policyForm);
  }
}

/**
 * Reads a policy set from YAML or JSON text.
 *
 * @throws CaioError `InvalidPolicy` with all problems and their places
 *
 * @example
 * ```ts
 * import { parsePolicySet } from "@caio/rules";
 *
 * parsePolicySet("caio_policy: 1\nid: house\nlimits: { budget: 0.05 }\n", { file: "house.yaml" }).limits; // { budgetMicros: 50000 }
 * ```
 */
export function parsePolicySet(text: string, options: ParseOptions = {}): PolicySet {
  return new PolicyParser().parse(text, options);
}
