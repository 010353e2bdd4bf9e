import { z } from "zod";

import { canonicalSet } from "../../canonical-set.ts";
import { propertyCatalogue } from "../../catalogue/property-catalogue.ts";
import type { PropertyDefinition } from "../../catalogue/property.ts";
import type { History, HistoryLeaf } from "../../history.ts";
import { compareCandidates } from "../../refinement/candidate-order.ts";
import { integer, refuseIssue } from "../decimal.ts";
import { id, modelId } from "../encodings.ts";
import { guaranteeItem } from "../guarantee.ts";
import { mapping } from "../mapping.ts";
import { normalGuarantee } from "../normal/normal-terms.ts";
import { doubleList } from "./double-list.ts";
import { onlineDocument } from "./online-document.ts";
import { withinProblemBudget } from "./problem-budget.ts";
import { healths, LEARNED_SIZE, MEMORY_SIZE } from "./history-sizes.ts";

/** A history file: leaves in any order, promises as a contract writes them or in normalised form. */
export function historyDocument(catalogue: readonly PropertyDefinition[] = propertyCatalogue): z.ZodType<History> {
  const promise = z.union([guaranteeItem("offer", catalogue), normalGuarantee]);
  const leaf: z.ZodType<HistoryLeaf> = mapping({
    service: id,
    model: z.union([z.null(), modelId]),
    health: z.enum(healths),
    promises: z.array(promise).transform(canonicalSet),
    outcomes: integer(0),
    violations: integer(0),
    learned: mapping({
      theta: doubleList(LEARNED_SIZE),
      inverse: doubleList(LEARNED_SIZE * LEARNED_SIZE),
      online: onlineDocument(integer, mapping).exactOptional(),
    }).exactOptional(),
    memory: doubleList(MEMORY_SIZE).exactOptional(),
  }).superRefine((raw, context) => {
    if (raw.violations > raw.outcomes) refuseIssue(context, { expected: "at most as many as outcomes" }, ["violations"]);
  });
  const document = mapping({ caio_history: integer(1, 1), version: integer(0), leaves: z.array(leaf) });
  return z.preprocess(withinProblemBudget, document).transform(
    ({ version, leaves }, context): History => {
      const sorted = [...leaves].sort(compareCandidates);
      const twice = sorted.find((item, index) => index > 0 && compareCandidates(item, sorted[index - 1] ?? item) === 0);
      if (twice !== undefined) {
        const index = leaves.lastIndexOf(twice);
        refuseIssue(context, { found: "a pair twice", expected: "one leaf a pair" }, ["leaves", index]);
      }
      return { version, leaves: sorted };
    },
  );
}
