import { propertyNamed } from "../catalogue/property-catalogue.ts";
import type { PropertyDefinition } from "../catalogue/property.ts";
import type { Guarantee } from "../guarantee.ts";
import type { ServiceContract } from "../service-contract.ts";
import type { Finding } from "./finding.ts";

/** Each guarantee is of a known property, in its unit and range. */
export function guaranteeErrors(contract: ServiceContract, catalogue: readonly PropertyDefinition[]): Finding[] {
  const ofModels = contract.models.flatMap((model, index) =>
    check(model.guarantees ?? [], `models[${String(index)}].guarantees`, catalogue),
  );
  return [...check(contract.guarantees, "guarantees", catalogue), ...ofModels];
}

function check(guarantees: readonly Guarantee[], path: string, catalogue: readonly PropertyDefinition[]): Finding[] {
  return guarantees.flatMap((guarantee, index): Finding[] => {
    const at = `${path}[${String(index)}]`;
    const property = propertyNamed(guarantee.property, catalogue);
    if (property === undefined) {
      const known = catalogue.map((item) => item.name).join(", ");
      return [{ path: `${at}.property`, found: guarantee.property, expected: `one of ${known}, or …_accuracy` }];
    }
    const inUs = "minUs" in guarantee.bound || "maxUs" in guarantee.bound;
    if (inUs !== (property.unit === "us")) {
      return [{ path: `${at}.bound`, found: inUs ? "microseconds" : "micros", expected: property.unit === "us" ? "microseconds" : "micros" }];
    }
    const ends = Object.values(guarantee.bound);
    const outside = ends.some((end) => end < 0 || (property.ratio && end > 1_000_000));
    return outside ? [{ path: `${at}.bound`, found: "an end out of range", expected: property.ratio ? "0 to 1" : "at least 0" }] : [];
  });
}
