import type { Guarantee, RequiredConstraints, RequiredPrivacy, Requirements } from "@caio/contracts";

import { inOrder } from "./in-order.ts";

/** Demands of a request beside the first ten; every third is of another kind. */
const EXTRA_KINDS = 3;
const CERTAIN = 1_000_000;

/** What a request beyond the usual demands asks of a service, and what the services it is meant for offer. */
export interface ExtraDemands {
  readonly types: readonly string[];
  readonly guarantees: readonly Guarantee[];
  readonly compliance: readonly string[];
}

/** The demands after the tenth: capability types, accuracies and compliance flags in turn. */
export function extraDemands(asked: number): ExtraDemands {
  const names = Array.from({ length: Math.max(0, asked - 9) }, (_demand, at) => ({ kind: at % EXTRA_KINDS, name: `extra_${String(at).padStart(2, "0")}` }));
  const named = (kind: number): string[] => names.filter((each) => each.kind === kind).map(({ name }) => name);
  return {
    types: named(0).map((name) => `inference.${name}`),
    guarantees: named(1).map((name) => ({ property: `${name}_accuracy`, coveragePpm: CERTAIN, bound: { minMicros: 800_000 } })),
    compliance: named(2),
  };
}

/** The first `asked` of: capability, accuracy, locality, regions, encryption, compliance, availability, two latencies, and the extra ones. */
export function demands(asked: number): Requirements {
  const extra = extraDemands(asked);
  const guarantees: readonly (readonly [least: number, Guarantee])[] = [
    [2, { property: "accuracy", coveragePpm: CERTAIN, bound: { minMicros: 850_000 } }],
    [7, { property: "availability", coveragePpm: CERTAIN, bound: { minMicros: 990_000 } }],
    [8, { property: "latency", coveragePpm: 950_000, bound: { maxUs: 900_000 } }],
    [9, { property: "latency", coveragePpm: 990_000, bound: { maxUs: 900_000 } }],
  ];
  const first = { type: "inference.kind_0", parameters: { languages: ["fr"] } };
  return {
    capabilities: [first, ...extra.types.map((type) => ({ type, parameters: {} }))].map((capability) => ({ anyOf: [capability] })),
    guarantees: inOrder([...guarantees.filter(([least]) => asked >= least).map(([, guarantee]) => guarantee), ...extra.guarantees]),
    constraints: constraints(asked),
    privacy: privacy(asked, extra.compliance),
  };
}

function constraints(asked: number): RequiredConstraints {
  const locality = asked >= 3 ? { maxLocality: "private_cloud" as const } : {};
  return { ...locality, regions: asked >= 4 ? ["eu", "us"] : [], route: "any", services: [], models: [] };
}

function privacy(asked: number, compliance: readonly string[]): RequiredPrivacy {
  const encryption = asked >= 5 ? { encryption: "any" as const } : {};
  return { onDevice: false, ...encryption, compliance: asked >= 6 ? [...compliance, "gdpr"].sort() : [] };
}
