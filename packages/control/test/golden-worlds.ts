import type { Field } from "@caio/contracts";

import {
  advanceHistory,
  computeAttentionScore,
  computeIntentScore,
  computeResonanceScore,
  computeRlScore,
  encodeTraits,
  extractMemoryMetrics,
  generateControlSignal,
  HashingEncoder,
  intentFeatures,
  prepareEncoding,
  prepareFields,
  updateMemory,
  waveEnergyMicros,
} from "../src/index.ts";

/** Texts of the golden encodings. */
const texts = [
  "",
  "Which language is this?",
  "Übersetze diesen Brief ins Französische, bitte.",
  "翻訳してください 𝒲𝑜𝓇𝓁𝒹 ﬁne",
  "a",
] as const;

/**
 * A field from a number, in integers alone: state s = seed + 1; per part s ← s ^ (s << 13), s ^ (s >>> 17), s ^ (s << 5), all on 32
 * bits; the part is (s mod 400001) − 200000 with s unsigned, times `scale`.
 */
function goldenField(seed: number, scale = 1): Field {
  let state = seed + 1;
  return Array.from({ length: 128 }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (((state >>> 0) % 400_001) - 200_000) * scale;
  });
}

/** World n: every input is a golden field or an integer made from n. */
function goldenWorld(n: number): Readonly<Record<string, unknown>> {
  const intent = goldenField(10 * n + 1, 1 + (n % 3));
  const encoding = goldenField(10 * n + 2);
  const context = Array.from({ length: n % 4 }, (_, j) => goldenField(10 * n + 3 + j, 1 + j));
  const memory = updateMemory(updateMemory(undefined, goldenField(10 * n + 7), 700_000), intent, 31_337 * n - 400_000);
  const fields = prepareFields({ intent, context });
  const prepared = prepareEncoding(encoding);
  const batch = Array.from({ length: 3 }, (_, j) => ({
    intent: goldenField(10 * n + 7 + j),
    outcome: {
      service: "s",
      model: null,
      decisionId: "0".repeat(64),
      attempt: 1,
      endedAt: 0,
      status: "success" as const,
      latencyUs: 1,
      rewardMicros: 250_000 * j - 31 * n,
    },
  }));
  const learned = advanceHistory({ version: 0, leaves: [] }, batch).leaves[0]?.learned;
  const wave = { cMicros: 1_000_000, mMicros: 100_000 };
  const rate = n % 2 === 0 ? { intentRate: encoding } : {};
  const parameters = {
    ...wave,
    exciteMicros: 200_000,
    dampMicros: 100_000,
    intervalMicros: 100_000,
    eMaxMicros: n % 5 === 0 ? 500_000_000 : waveEnergyMicros(intent, rate.intentRate ?? intent, wave) + 5000 * n,
  };
  return {
    n,
    state: fields.state,
    intent: computeIntentScore(prepared, fields),
    attention: computeAttentionScore(prepared, fields),
    rl: computeRlScore(learned, fields, 300_000),
    resonance: computeResonanceScore(memory, fields),
    memory: extractMemoryMetrics(intent, memory),
    features: Array.from(intentFeatures(intent), (value) => Math.round(value * 1e6)),
    control: generateControlSignal({
      intent,
      ...rate,
      encoding: goldenField(10 * n + 5),
      conservativeMicros: 41_000 * n,
      parameters,
    }),
  };
}

/** All golden values as text, one line each, every number an integer. */
export function goldenText(): string {
  const encoder = new HashingEncoder();
  const lines = [
    ...texts.map((text) => ({ text, field: encoder.encode(text) })),
    ...[[0, 0, 0], [200_000, 500_000, 700_000], [1_000_000, 1, 999_999]].map(
      ([conservativeMicros = 0, confidentialMicros = 0, riskMicros = 0]) => {
        const traits = { conservativeMicros, confidentialMicros, riskMicros };
        return { traits, field: encodeTraits(traits) };
      },
    ),
    ...Array.from({ length: 24 }, (_, n) => goldenWorld(n)),
  ];
  return `[\n${lines.map((line) => JSON.stringify(line)).join(",\n")}\n]\n`;
}
