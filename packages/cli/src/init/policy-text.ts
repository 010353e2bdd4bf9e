import type { WantedPolicy } from "./wanted-policy.ts";

/** Texts with these labels are taken to be about persons, or to be worth as much care. */
const LABELS = ["personal", "health", "payment_card", "bank_account"];

const WEIGHTS: Readonly<Record<WantedPolicy["style"], string>> = {
  balanced: "{ intent: 0.3, attention: 0.1, rl: 0.2, resonance: 0.1, cost: 0.2, risk: 0.05, latency: 0.05 }",
  cheap: "{ intent: 0.2, attention: 0.05, rl: 0.15, resonance: 0.05, cost: 0.45, risk: 0.05, latency: 0.05 }",
  good: "{ intent: 0.35, attention: 0.1, rl: 0.35, resonance: 0.1, cost: 0.05, risk: 0.05, latency: 0 }",
  fast: "{ intent: 0.2, attention: 0.05, rl: 0.15, resonance: 0.05, cost: 0.05, risk: 0.05, latency: 0.45 }",
};

const WORDS: Readonly<Record<WantedPolicy["style"], string>> = {
  balanced: "What counts when several services will do: what fits and did well, then what it costs.",
  cheap: "What counts when several services will do: cost first, as long as it fits.",
  good: "What counts when several services will do: what fits and did well, whatever it costs.",
  fast: "What counts when several services will do: time first, as long as it fits.",
};

/** The policy of a new folder. */
export function policyText({ style, personal, region, budget }: WantedPolicy): string {
  return [
    "# The policy that holds for every request. Test a change before it counts: caio validate policy.yaml",
    "caio_policy: 1",
    "id: house",
    "currency: USD",
    `# ${WORDS[style]}`,
    `weights: ${WEIGHTS[style]}`,
    ...(budget === undefined ? [] : ["# What one request may cost at most. A service that does not say its cost cannot keep it."]),
    `limits: { ${budget === undefined ? "" : `budget: "${budget}", `}deadline_ms: 60000 }`,
    ...privacyLines(personal),
    "# A service that fails before its first byte is followed by the next one; after it the answer ends with an error, never as if it were whole.",
    "fallback: { max_attempts: 3, after_first_byte: error }",
    "rules:",
    ...(personal === "region" ? regionRule(region) : []),
    "  - id: no-previews",
    "    deny: 'service.version_major < 1'",
    "    reason: Previews are not for production.",
    "",
  ].join("\n");
}

function privacyLines(personal: WantedPolicy["personal"]): readonly string[] {
  if (personal === "here") return ["# Texts with these labels stay on this machine, or go where encryption is end to end.", `privacy: { mode: strict, sensitive: [${LABELS.join(", ")}] }`];
  const where = personal === "region" ? "A rule below says where texts with personal data may go." : "Texts with personal data may go to any service. Name labels here to keep them on this machine.";
  return [`# ${where}`, "privacy: { mode: strict, sensitive: [] }"];
}

/** This machine is in the region that it is in. */
function regionRule(region: string): readonly string[] {
  return [
    `  - id: personal-in-${region}`,
    "    priority: 100",
    `    when: '${LABELS.map((label) => `"${label}" in request.labels`).join(" || ")}'`,
    `    require: 'service.privacy.data_locality == "local" || ("${region}" in service.privacy.regions && size(service.privacy.regions) == 1)'`,
    `    reason: Personal data stays on this machine or in the region ${region}.`,
  ];
}
