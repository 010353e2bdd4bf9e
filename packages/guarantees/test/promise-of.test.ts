import { digest } from "@caio/core";
import type { Cost, ServiceContract } from "@caio/contracts";
import { describe, expect, it } from "vitest";

import { leafOf, measuredCostMicros, promiseOf } from "../src/index.ts";

const contract: ServiceContract = {
  serviceId: "chat",
  version: "1.0.0",
  capabilities: [],
  guarantees: [{ property: "availability", coveragePpm: 1_000_000, bound: { minMicros: 990_000 } }],
  models: [
    {
      id: "small",
      maxOutputTokens: 100,
      guarantees: [{ property: "latency", coveragePpm: 950_000, bound: { maxUs: 10 } }],
    },
  ],
  privacy: { compliance: [] },
  alignment: {},
  access: { requiredPermissions: [], match: "any", requiredTrustLevel: 3, tenants: [], public: true },
  constraints: {},
  api: { protocol: "inprocess", endpoints: [] },
  metadata: { tags: [] },
};

describe("promiseOf", () => {
  it("takes the tighter token cap, the reserved cost and the pair's guarantees", () => {
    const outputSchema = { type: "string" };
    const input = { contract, model: "small", deadlineUs: 5, maxOutputTokens: 200, worstCaseCostMicros: 9, outputSchema };
    expect(promiseOf(input)).toEqual({
      perCall: {
        deadlineUs: 5,
        maxOutputTokens: 100,
        costCapMicros: 9,
        outputSchemaDigest: digest(outputSchema),
        integrity: "sha256",
      },
      statistical: contract.models[0]?.guarantees,
    });
  });

  it("promises nothing that was not said", () => {
    const { perCall, statistical } = promiseOf({ contract, model: null, worstCaseCostMicros: null });
    expect(perCall).toMatchObject({ deadlineUs: null, maxOutputTokens: null, costCapMicros: null, outputSchemaDigest: null });
    expect(statistical).toEqual(contract.guarantees);
  });

  it("lets measured promises of a property stand for the declared ones", () => {
    const measured = [{ property: "availability", coveragePpm: 1_000_000, bound: { minMicros: 900_000 } }];
    const { statistical } = promiseOf({ contract, model: null, worstCaseCostMicros: null, measured });
    expect(statistical).toEqual(measured);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a deadline of %d", (deadlineUs) => {
    expect(() => promiseOf({ contract, model: null, deadlineUs, worstCaseCostMicros: null })).toThrow(
      expect.objectContaining({ code: "InvalidRequest" }),
    );
  });
});

describe("leafOf", () => {
  it("counts what is unsaid as worst", () => {
    expect(leafOf(contract, "small", { timeoutUs: 7, costMicros: null })).toMatchObject({
      serviceId: "chat",
      promises: contract.models[0]?.guarantees,
      encryption: "none",
      locality: "external",
      retention: "indefinite",
      requiredTrust: 3,
      deterministic: false,
    });
  });
});

describe("measuredCostMicros", () => {
  const cost: Cost = {
    model: "per_token",
    currency: "EUR",
    basePico: 1_000_000,
    inputTokenPico: 100_000,
    outputTokenPico: 0,
    secondPico: 0,
  };
  it("rounds up, by call and by rate", () => {
    // 1 + 11 · 0.1 = 2.1 → 3 micro-EUR; at 1.08: 3.24 → 4 micro-USD
    const measured = { usage: { inputTokens: 11 }, latencyUs: 0 };
    expect(measuredCostMicros(cost, measured)).toBe(3);
    expect(measuredCostMicros(cost, measured, 1_080_000_000_000)).toBe(4);
  });

  it("charges time by the microsecond", () => {
    const perSecond = { ...cost, inputTokenPico: 0, basePico: 0, secondPico: 2_000_000_000 };
    expect(measuredCostMicros(perSecond, { usage: undefined, latencyUs: 1_500_000 })).toBe(3000);
    expect(measuredCostMicros(perSecond, { usage: undefined, latencyUs: 1 })).toBe(1);
  });

  it("is unknown where a factor was not reported", () => {
    expect(measuredCostMicros(cost, { usage: {}, latencyUs: 5 })).toBeUndefined();
  });
});
