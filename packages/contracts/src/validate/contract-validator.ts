import { propertyCatalogue } from "../catalogue/property-catalogue.ts";
import type { PropertyDefinition } from "../catalogue/property.ts";
import { pathText } from "../document/problem.ts";
import { normalContract } from "../schema/normal/normal-contract.ts";
import type { ServiceContract } from "../service-contract.ts";
import { toWire } from "../wire.ts";
import { accessWarnings, privacyWarnings } from "./access-findings.ts";
import { apiErrors, apiWarnings } from "./api-findings.ts";
import { costErrors, costWarnings } from "./cost-findings.ts";
import type { Finding } from "./finding.ts";
import { guaranteeErrors } from "./guarantee-findings.ts";
import { modelWarnings } from "./model-findings.ts";

/** With an error a contract must not be registered; a warning is for its author. */
export interface Validation {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/**
 * Semantic checks of a contract: ranges and units, references between its parts, what its protocol needs. Works on any
 * `ServiceContract`, also one that a program made.
 *
 * @example
 * ```ts
 * import { ContractParser, ContractValidator } from "@caio/contracts";
 *
 * const contract = new ContractParser().parse("{ service_id: demo, version: 1.0.0, capabilities: [echo] }");
 * new ContractValidator().validate(contract).warnings[0]?.path; // "access": nobody is authorised
 * ```
 */
export class ContractValidator {
  private readonly catalogue: readonly PropertyDefinition[];

  constructor(options: { readonly catalogue?: readonly PropertyDefinition[] } = {}) {
    this.catalogue = options.catalogue ?? propertyCatalogue;
  }

  /** Never throws. */
  validate(contract: ServiceContract): Validation {
    const form = normalContract.safeParse(toWire(contract));
    if (!form.success) {
      const errors = form.error.issues.map((issue): Finding => ({
        path: pathText(issue.path),
        found: "a value outside the normalised form",
        expected: issue.message,
      }));
      return { errors, warnings: [] };
    }
    return {
      errors: [...guaranteeErrors(contract, this.catalogue), ...costErrors(contract), ...apiErrors(contract)],
      warnings: [
        ...accessWarnings(contract),
        ...privacyWarnings(contract),
        ...costWarnings(contract),
        ...apiWarnings(contract),
        ...modelWarnings(contract),
      ],
    };
  }
}
