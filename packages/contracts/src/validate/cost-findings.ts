import type { Cost, ServiceContract } from "../service-contract.ts";
import type { Finding } from "./finding.ts";

/** A cost per token names its token rates. */
export function costErrors(contract: ServiceContract): Finding[] {
  return costs(contract)
    .filter(([, cost]) => cost.model === "per_token" && cost.inputTokenPico === 0 && cost.outputTokenPico === 0)
    .map(([path]) => ({ path, found: "per_token without a token rate", expected: "token_cost, input_token or output_token, or model: free" }));
}

/** Rates that are missing or do not belong to the model. */
export function costWarnings(contract: ServiceContract): Finding[] {
  return costs(contract).flatMap(([path, cost]) => [
    ...(cost.model === "per_request" && cost.basePico === 0
      ? [{ path, found: "per_request without a base cost", expected: "base_cost, or model: free" }]
      : []),
    ...(cost.model === "per_second" && cost.secondPico === 0
      ? [{ path, found: "per_second without a rate", expected: "second_cost, or model: free" }]
      : []),
    ...(cost.model !== "per_second" && cost.secondPico > 0
      ? [{ path, found: `a rate per second in ${cost.model}`, expected: "model: per_second (else the rate does not count)" }]
      : []),
    ...(cost.model === "per_request" && (cost.inputTokenPico > 0 || cost.outputTokenPico > 0)
      ? [{ path, found: "token rates in per_request", expected: "model: per_token (the rates count all the same)" }]
      : []),
  ]);
}

function costs(contract: ServiceContract): (readonly [string, Cost])[] {
  const own = contract.cost === undefined ? [] : [["cost", contract.cost] as const];
  const ofModels = contract.models.flatMap((model, index) =>
    model.cost === undefined ? [] : [[`models[${String(index)}].cost`, model.cost] as const],
  );
  return [...own, ...ofModels];
}
