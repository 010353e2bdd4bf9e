import type { Capability, CapabilityGroup, ParameterValue } from "../capability.ts";
import { isWithin } from "./interval.ts";

/** `inference.chat` ⊑ `inference`: equal, or continued after a dot (calculus §2). */
export function refinesType(offered: string, required: string): boolean {
  return offered === required || offered.startsWith(`${required}.`);
}

/**
 * c ⊑ q: c's type refines q's, and for every parameter that q names c has one of the same kind with: word or flag equal,
 * set q ⊆ c, interval c ⊆ q (calculus §2).
 *
 * @example
 * ```ts
 * import { refinesCapability } from "@caio/contracts";
 *
 * refinesCapability(
 *   { type: "inference.chat", parameters: { languages: ["de", "en"] } },
 *   { type: "inference", parameters: { languages: ["de"] } },
 * ); // true
 * ```
 */
export function refinesCapability(offered: Capability, required: Capability): boolean {
  if (!refinesType(offered.type, required.type)) return false;
  for (const name of Object.keys(required.parameters)) {
    const wanted = required.parameters[name];
    const given = Object.hasOwn(offered.parameters, name) ? offered.parameters[name] : undefined;
    if (given === undefined || wanted === undefined || !holds(given, wanted)) return false;
  }
  return true;
}

/** Some alternative of the group is refined by something offered. */
export function meetsGroup(offered: readonly Capability[], group: CapabilityGroup): boolean {
  return group.anyOf.some((wanted) => offered.some((given) => refinesCapability(given, wanted)));
}

function holds(given: ParameterValue, wanted: ParameterValue): boolean {
  if (typeof wanted === "string" || typeof wanted === "boolean") return given === wanted;
  if (isSet(wanted)) return isSet(given) && wanted.every((item) => given.includes(item));
  if (typeof given === "string" || typeof given === "boolean" || isSet(given)) return false;
  return isWithin({ min: given.minMicros, max: given.maxMicros }, { min: wanted.minMicros, max: wanted.maxMicros });
}

function isSet(value: ParameterValue): value is readonly string[] {
  return Array.isArray(value);
}
