import { contractFromWire } from "@caio/contracts";
import type { JsonObject } from "@caio/core";
import type { CheckedReceipt } from "@caio/examples/house";
import { composeGuarantees, leafOf, type Composition, type Leaf } from "@caio/guarantees";

import { carbonCatalogue } from "./src/index.ts";

/** A receipt's statement, as far as it is read here. */
interface Statement {
  readonly predicate: {
    readonly contracts: readonly (JsonObject & { readonly service_id: string })[];
    readonly certificate: { readonly outcome: { readonly selected: { readonly service: string; readonly model: string | null } } };
  };
}

/** No call takes longer than the policy's deadline; grams do not depend on it. */
const TIMEOUT_US = 10_000_000;

/** What a step promised, from the receipt of its decision and nothing else. @throws Error for a receipt that does not verify */
export function stepOf({ report, statement }: CheckedReceipt): Leaf {
  if (!report.valid) throw new Error("A receipt does not verify.");
  const { contracts, certificate } = (JSON.parse(statement) as Statement).predicate;
  const { service, model } = certificate.outcome.selected;
  const contract = contracts.find(({ service_id: id }) => id === service);
  if (contract === undefined) throw new Error(`The receipt holds no contract of ${service}.`);
  return leafOf(contractFromWire(contract), model, { timeoutUs: TIMEOUT_US, costMicros: null });
}

/** Millionths of a gram that a plan of such steps promises at most; undefined if it promises nothing. */
export function carbonOf(plan: Composition): number | undefined {
  const { guarantees } = composeGuarantees(plan, { independent: [], catalogue: carbonCatalogue });
  const carbon = guarantees.find(({ property }) => property === "carbon");
  return carbon !== undefined && "maxMicros" in carbon.bound ? carbon.bound.maxMicros : undefined;
}
