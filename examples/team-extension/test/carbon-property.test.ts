import { readFileSync } from "node:fs";

import { ContractParser, contractFromWire, ContractValidator, RequestParser, satisfies, toWireObject, type ServiceContract } from "@caio/contracts";
import { composeGuarantees, fallback, leafOf, par, retry, seq, type Composition, type Leaf } from "@caio/guarantees";
import { describe, expect, it } from "vitest";

import { carbonCatalogue, carbonProperty } from "../src/index.ts";

const contract = (grams: string, id = "worker"): ServiceContract =>
  new ContractParser({ catalogue: carbonCatalogue }).parse(`{ service_id: ${id}, version: 1.0.0, capabilities: [a], guarantees: { carbon_grams: ${grams} } }`);
const call = (grams: string, id?: string): Leaf => leafOf(contract(grams, id), null, { timeoutUs: 1000, costMicros: 0 });
const grams = (plan: Composition): number | undefined => {
  const carbon = composeGuarantees(plan, { independent: [], catalogue: carbonCatalogue }).guarantees.find(({ property }) => property === "carbon");
  return carbon !== undefined && "maxMicros" in carbon.bound ? carbon.bound.maxMicros / 1_000_000 : undefined;
};

describe("grams of CO2", () => {
  it("are a promise of a contract that anybody can read, and a lawful one", () => {
    const promised = contract("0.25");
    expect(promised.guarantees).toEqual([{ property: "carbon", coveragePpm: 1_000_000, bound: { maxMicros: 250_000 } }]);
    expect(new ContractValidator({ catalogue: carbonCatalogue }).validate(promised).errors).toEqual([]);
    expect(contractFromWire(toWireObject(promised))).toEqual(promised);
    expect(() => new ContractParser().parse("{ service_id: worker, version: 1.0.0, capabilities: [a], guarantees: { carbon_grams: 1 } }")).toThrow("carbon_grams");
  });

  it.each([["0.25", true], ["0.24", false], ["1", true]])("promised as 0.25 meet a demand of at most %s: %s", (most, met) => {
    const { requirements } = new RequestParser({ catalogue: carbonCatalogue }).parseValue({ requirements: { capabilities: [{ type: "a" }], guarantees: { carbon_grams: most } } });
    expect(satisfies({ contract: contract("0.25"), model: null }, { requirements, size: {} }).satisfied).toBe(met);
  });

  it("add up over all that is called", () => {
    const [one, two] = [call("0.25", "one"), call("0.5", "two")];
    expect(grams(seq(one, two))).toBe(0.75);
    expect(grams(par(one, two))).toBe(0.75);
    expect(grams(fallback(one, two))).toBe(0.75);
    expect(grams(retry(one, 3))).toBe(0.75);
    expect(grams(seq(fallback(one, two), retry(par(one, two), 2)))).toBe(2.25);
  });

  it("are not promised of a plan if a step says nothing of them", () => {
    expect(grams(seq(call("0.25"), { ...call("0.25"), promises: [] }))).toBeUndefined();
  });
});

it("is in a file what it is in code, so that the command can check documents with it", () => {
  const text = readFileSync(new URL("../properties.json", import.meta.url), "utf8");
  expect(JSON.parse(text)).toEqual([carbonProperty]);
});
