import { candidateModels } from "@caio/contracts";
import { CaioError } from "@caio/core";
import type { RegistrySnapshot } from "@caio/registry";

import type { QualityGuarantee } from "../../config/quality-terms.ts";

/**
 * A fault for each promise whose reference no service is: until one joins, everything that names the policy is refused. It is no reason not to start,
 * since services come and go.
 */
export function missingReferences(guarantees: readonly QualityGuarantee[], { services }: RegistrySnapshot): readonly CaioError[] {
  return guarantees.flatMap(({ policy, reference: { service, model } }) => {
    const found = services.find(({ contract }) => contract.serviceId === service);
    const models = found === undefined ? [] : candidateModels(found.contract);
    if (models.includes(model)) return [];
    const known = found === undefined ? "no service of that name" : `models ${models.map((each) => each ?? "(none)").join(", ")}`;
    const message = `The reference of policy ${policy} is ${service}${model === null ? " without a model" : `/${model}`}, found ${known}: until there is one, what names the policy is refused. Correct quality in the configuration, or register the service.`;
    return [new CaioError("UnknownService", message, { details: { policy, service, model } })];
  });
}
