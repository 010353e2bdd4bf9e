import { canonicalJson, digest } from "@caio/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  camelCase,
  contractFromWire,
  fromWire,
  historyFromWire,
  historyToDocument,
  parseHistory,
  principalFromWire,
  requestDocumentFromWire,
  snakeCase,
  toWire,
  type History,
  type Principal,
} from "../src/index.ts";
import { contract, requestDocument } from "./arbitraries.ts";

const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const doubles = (length: number): fc.Arbitrary<number[]> => fc.array(double, { minLength: length, maxLength: length });

const history: fc.Arbitrary<History> = fc.record({
  version: fc.nat(),
  leaves: fc
    .uniqueArray(
      fc.record(
        {
          service: fc.constantFrom("alpha", "beta"),
          model: fc.constantFrom(null, "a", "b"),
          health: fc.constantFrom("healthy", "degraded", "unhealthy"),
          promises: fc.constantFrom([], [{ property: "latency", coveragePpm: 950_000, bound: { maxUs: 3 } }]),
          outcomes: fc.constant(7),
          violations: fc.nat(7),
          learned: fc.record({ theta: doubles(16), inverse: doubles(256) }),
          memory: doubles(128),
        },
        { requiredKeys: ["service", "model", "health", "promises", "outcomes", "violations"] },
      ),
      { maxLength: 3, selector: (leaf) => `${leaf.service}/${String(leaf.model)}` },
    )
    .map((leaves) => leaves.sort((a, b) => (`${a.service}/${a.model ?? ""}` < `${b.service}/${b.model ?? ""}` ? -1 : 1))),
});

const principal: Principal = {
  subject: "ann@example.org",
  issuer: "https://id.example.org",
  tenant: "acme",
  permissions: ["chat"],
  trust: 5,
  region: "eu",
  traits: { conservativeMicros: 1, confidentialMicros: 2, riskMicros: 3 },
  evidence: { method: "jwt", keyId: "k1", alg: "ES256", exp: 12, nbf: 1 },
};

describe("wire form", () => {
  test("fromWire undoes toWire for contracts", () => {
    fc.assert(fc.property(contract, (value) => {
      expect(fromWire(toWire(value))).toEqual(value);
      expect(contractFromWire(toWire(value))).toEqual(value);
    }));
  });

  test("fromWire undoes toWire for requests, payloads included", () => {
    fc.assert(fc.property(requestDocument, (value) => {
      expect(fromWire(toWire(value))).toEqual(value);
      expect(requestDocumentFromWire(toWire(value))).toEqual(value);
    }));
  });

  test("histories survive the wire and the file", () => {
    fc.assert(fc.property(history, (value) => {
      expect(historyFromWire(toWire(value))).toEqual(value);
      expect(parseHistory(JSON.stringify(historyToDocument(value)))).toEqual(value);
    }), { numRuns: 20 });
  });

  test("principals survive the wire", () => {
    expect(principalFromWire(toWire(principal))).toEqual(principal);
  });

  test("names survive both ways, and author's names are kept", () => {
    for (const name of ["dataLocality", "latencyP95Us", "maxUs", "appliesTo2"]) expect(camelCase(snakeCase(name))).toBe(name);
    const payload = JSON.parse('{"a_b":{"cD":1,"__proto__":{"x":1}}}') as Record<string, never>;
    const wire = toWire({ data: { payload }, capabilities: [{ parameters: { my_Name: { minMicros: 1 } } }] });
    expect(canonicalJson(wire)).toBe(
      '{"capabilities":[{"parameters":{"my_Name":{"min_micros":1}}}],"data":{"payload":{"a_b":{"__proto__":{"x":1},"cD":1}}}}',
    );
  });

  test("a key __proto__ never becomes a prototype", () => {
    const hostile = JSON.parse('{"__proto__":{"public":true},"parameters":{"__proto__":{"minMicros":1}}}') as Record<string, never>;
    for (const value of [toWire(hostile), fromWire(hostile)]) {
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(value).not.toHaveProperty("public");
    }
  });

  test("what is not in its one normal form is refused", () => {
    fc.assert(fc.property(contract, (value) => {
      const wire = JSON.parse(JSON.stringify(toWire(value))) as Record<string, unknown>;
      for (const [key, changed] of [
        ["extra", 1],
        ["version", "1"],
        ["capabilities", [{ type: "b", parameters: {} }, { type: "a", parameters: {} }]],
        ["capabilities", [{ type: "a", parameters: {} }, { type: "a", parameters: {} }]],
        ["guarantees", [{ property: "latency", coverage_ppm: 950_000.5, bound: { max_us: 1 } }]],
        ["guarantees", [{ property: "latency", coverage_ppm: 950_000, bound: {} }]],
        ["guarantees", [{ property: "latency", coverage_ppm: 950_000, bound: { max_us: 1, min_micros: 1 } }]],
        ["models", [{ id: "b" }, { id: "a" }]],
        ["privacy", { compliance: ["b", "a"] }],
      ] as const) {
        const broken = { ...wire, [key]: changed };
        expect(() => contractFromWire(broken as never)).toThrow(expect.objectContaining({ code: "InvalidContract" }) as Error);
      }
      expect(digest(toWire(contractFromWire(wire as never)))).toBe(digest(toWire(value)));
    }), { numRuns: 20 });
  });
});
