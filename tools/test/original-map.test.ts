import { existsSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const text = readFileSync(new URL("docs/original-map.md", ROOT), "utf8");
const rows = text
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| original") && !line.startsWith("|---"))
  .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
const here = rows.filter((cells) => cells.length === 5);

/** What CAIO had, by the names of its public interface. */
const ORIGINAL = `
  ServiceContract ContractParser ContractValidator contract_intersection ServiceRegistry ServiceEntry find_matching_services discover
  RuleEngine PolicySet Rule evaluate_rule satisfies_rule_action filter_by_rules
  SecurityVerifier verify_authentication verify_authorization verify_privacy verify_trust verify_access_control verify_security
  GuaranteeEnforcer compose_guarantees TraceabilitySystem Trace Proof generate_proof create_trace
  ControlIntegrator extract_field_state generate_control_signal
  compute_intent_score compute_attention_score compute_rl_score compute_resonance_score
  verify_trait_constraints filter_by_trait_constraints
  caio_route score_service compute_cost_penalty compute_risk_penalty compute_latency_penalty RoutingDecision
`.split(/\s+/).filter((name) => name !== "");

describe("docs/original-map.md", () => {
  it("has every name of the original", () => {
    const named = rows.flatMap(([name = ""]) => [...name.matchAll(/`([^`]+)`/g)].map(([, word]) => word));
    expect(ORIGINAL.filter((name) => !named.includes(name))).toEqual([]);
  });

  it.each(here)("%s is in %s: %s exports %s, tested by %s", (_original, place = "", file = "", name = "", test = "") => {
    const source = readFileSync(new URL(file.replaceAll("`", ""), ROOT), "utf8");
    const exported = name.replaceAll("`", "");
    if (exported !== "–") {
      expect(source).toMatch(new RegExp(`^export (?:async )?(?:class|function|const|interface|type) ${exported}\\b`, "m"));
      const door = new URL(`packages/${place}/src/index.ts`, ROOT);
      if (existsSync(door)) expect(readFileSync(door, "utf8")).toMatch(new RegExp(`\\b${exported}\\b`));
    }
    for (const path of test.split(",")) expect(readFileSync(new URL(path.trim().replaceAll("`", ""), ROOT), "utf8")).toMatch(/\b(?:it|test)\b/);
  });
});
