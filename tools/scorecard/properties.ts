import { auditTrail } from "./execution/audit-trail.ts";
import { dataIntegrity } from "./execution/data-integrity.ts";
import { measuredBounds, promiseKept } from "./execution/promise-kept.ts";
import { appendOnly } from "./logging/append-only.ts";
import { durableEntry } from "./logging/durable-entry.ts";
import { allOf, type Property } from "./property.ts";
import { nothingLeftOut } from "./routing/completeness.ts";
import { chosenSatisfies } from "./routing/correctness.ts";
import { sameEverywhere } from "./routing/determinism.ts";
import { saysWhy } from "./routing/explanation.ts";
import { budgetKept, latencyKept, policyKept, promisedBounds, safetyKept, traitsKept } from "./routing/limits.ts";
import { modelsShown } from "./routing/models.ts";
import { nothingPrecedes } from "./routing/optimality.ts";
import { accessible, allSecure, authenticated, authorised, privacyKept } from "./routing/security.ts";
import { worldProperty } from "./routing/world-property.ts";

/** Every executable property, by the name that invariants bind to. */
export const properties: readonly Property[] = [
  ...[sameEverywhere, chosenSatisfies, allSecure, authenticated, authorised, privacyKept, accessible].map(worldProperty),
  ...[safetyKept, policyKept, traitsKept, budgetKept, latencyKept].map(worldProperty),
  ...[modelsShown, saysWhy, nothingPrecedes, nothingLeftOut].map(worldProperty),
  allOf("bounds", [worldProperty(promisedBounds), measuredBounds]),
  promiseKept,
  durableEntry,
  auditTrail,
  dataIntegrity,
  appendOnly,
];
