import { candidateModels, effectiveContract } from "../refinement/effective-contract.ts";
import type { ServiceContract } from "../service-contract.ts";
import type { Finding } from "./finding.ts";

/** Pairs that offer nothing, and models that promise more output than they hold. */
export function modelWarnings(contract: ServiceContract): Finding[] {
  const idle = candidateModels(contract).filter((model) => effectiveContract(contract, model)?.capabilities.length === 0);
  const findings = idle.map((model): Finding => ({
    path: model === null ? "capabilities" : `models.${model}`,
    found: "no capability",
    expected: "at least one (the pair can never be chosen for a capability)",
  }));
  for (const [index, model] of contract.models.entries()) {
    if (model.maxOutputTokens === undefined || model.contextTokens === undefined) continue;
    if (model.maxOutputTokens <= model.contextTokens) continue;
    findings.push({ path: `models[${String(index)}].max_output_tokens`, found: "more than context_tokens", expected: "at most context_tokens" });
  }
  return findings;
}
