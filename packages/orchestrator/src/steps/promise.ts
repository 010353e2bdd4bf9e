import { toWire, type CapabilityGroup, type Guarantee } from "@caio/contracts";
import { digest } from "@caio/core";
import type { CertifiedPromise } from "@caio/traceability";

import type { EffectiveLimits } from "../effective-limits.ts";
import type { Pair } from "../pair.ts";
import { servingEndpoint } from "../serving-endpoint.ts";
import type { Measures } from "./limits.ts";

/** Step 7: γ, what is promised to the caller of a chosen pair (calculus §7, certificate §9). */
export function promiseOf(
  pair: Pair & Measures,
  group: CapabilityGroup | undefined,
  limits: EffectiveLimits,
): CertifiedPromise {
  const schema = servingEndpoint(pair.entry.contract, group)?.outputSchema;
  return {
    perCall: {
      deadlineUs: limits.deadlineUs,
      maxOutputTokens: pair.usage.outputTokens ?? null,
      costCapMicros: pair.cost.kind === "amount" ? pair.cost.micros : null,
      outputSchemaDigest: schema === undefined ? null : digest(schema),
      integrity: "sha256",
    },
    statistical: effectiveGuarantees(pair).map((guarantee) => toWire(guarantee)),
  };
}

/** The pair's guarantees; what was measured of a property stands for what was declared of it. */
export function effectiveGuarantees(pair: Pair): readonly Guarantee[] {
  const measured = pair.leaf?.promises ?? [];
  if (measured.length === 0) return pair.effective.guarantees;
  const observed = new Set(measured.map(({ property }) => property));
  return [...pair.effective.guarantees.filter(({ property }) => !observed.has(property)), ...measured];
}
