import { readdir, readFile } from "node:fs/promises";

import { ContractParser, parsePrincipal, parseRequestDocument, parseRequestValue, type Plan, type ServiceContract } from "@caio/contracts";
import { parsePolicySet } from "@caio/rules";
import { describe, expect, it } from "vitest";

import { lowerBound } from "../measure/binomial-bound.ts";
import { readLabelledSet } from "../measure/labelled-set.ts";
import { exampleFile } from "../services/example-files.ts";

async function each<T>(folder: string, parse: (text: string, file: string) => T): Promise<Map<string, T>> {
  const names = (await readdir(exampleFile(`${folder}/`))).sort();
  const read = async (name: string): Promise<[string, T]> => [name, parse(await readFile(exampleFile(`${folder}/${name}`), "utf8"), `${folder}/${name}`)];
  return new Map(await Promise.all(names.map(read)));
}

const parser = new ContractParser();
const parseContract = (text: string, file: string): ServiceContract => parser.parse(text, { file });

function namesOf(plan: Plan): readonly string[] {
  return typeof plan === "string" ? [plan] : ("seq" in plan ? plan.seq : plan.par).flatMap(namesOf);
}

interface Seen {
  readonly service: string;
  readonly version: string;
  readonly accuracy_lower_bound: number;
  readonly availability_lower_bound: number;
  readonly latency_ms: { readonly p95: number; readonly p99: number };
}

describe("the files of the examples", () => {
  it("are contracts with unique ids, in the file of their id", async () => {
    const contracts = await each("contracts", parseContract);
    expect([...contracts].map(([file]) => file)).toEqual([...contracts.values()].map(({ serviceId }) => `${serviceId}.yaml`));
    expect(contracts.size).toBe(7);
    expect((await each("contracts-later", parseContract)).size).toBe(2);
  });

  it("are policies, principals, requests and plans", async () => {
    const policies = [...(await each("policies", (text, file) => parsePolicySet(text, { file }))).values()];
    const house = parsePolicySet(await readFile(exampleFile("policy.yaml"), "utf8"));
    expect([house, ...policies].map(({ id }) => id)).toEqual(["house", "eu-only", "frugal"]);
    const principals = await each("principals", (text, file) => parsePrincipal(text, { file }));
    expect([...principals.keys()]).toEqual(["default.json", "guest.json", "unauthenticated.json"]);
    const requests = await each("requests", (text, file) => parseRequestDocument(text, { file }));
    expect(requests.size).toBeGreaterThanOrEqual(10);
    for (const [file, request] of requests) expect(`${request.name ?? ""}.json`).toBe(file);
    for (const name of principals.keys()) expect(name === "default.json" || requests.has(name)).toBe(true);
    for (const { policies: named } of requests.values()) {
      for (const id of named) expect(policies.some((policy) => policy.id === id)).toBe(true);
    }
  });

  it("have plans whose steps are requests", async () => {
    const plans = await each("plans", (text) => JSON.parse(text) as { plan: Plan; steps: Record<string, unknown> });
    for (const { plan, steps } of plans.values()) {
      expect(Object.keys(steps)).toEqual(namesOf(plan));
      for (const step of Object.values(steps)) expect(parseRequestValue(step).requirements.capabilities).not.toEqual([]);
    }
  });
});

describe("what the contracts of the identifiers claim", () => {
  it("was measured, and is not more than what was seen", async () => {
    const measured = JSON.parse(await readFile(exampleFile("measured.json"), "utf8")) as { services: Seen[] };
    const contracts = [...(await each("contracts", parseContract)).values(), ...(await each("contracts-later", parseContract)).values()];
    let claims = 0;
    for (const contract of contracts.filter(({ serviceId }) => serviceId.startsWith("lid-"))) {
      const seen = measured.services.find(({ service, version }) => service === contract.serviceId && version === contract.version);
      for (const { property, coveragePpm, bound } of contract.guarantees) {
        if (property === "classification_accuracy" && "minMicros" in bound) {
          expect(bound.minMicros).toBeLessThanOrEqual((seen?.accuracy_lower_bound ?? 0) * 1_000_000);
        } else if (property === "availability" && "minMicros" in bound) {
          expect(bound.minMicros).toBeLessThanOrEqual((seen?.availability_lower_bound ?? 0) * 1_000_000);
        } else if (property === "latency" && "maxUs" in bound) {
          const tail = coveragePpm === 950_000 ? seen?.latency_ms.p95 : seen?.latency_ms.p99;
          expect(bound.maxUs).toBeGreaterThanOrEqual((tail ?? Infinity) * 1000);
        } else continue;
        claims += 1;
      }
    }
    expect(claims).toBe(5 * 4);
  });

  it("was measured on forty different sentences a language", async () => {
    const set = await readLabelledSet();
    expect(set.length).toBe(400);
    expect(new Set(set.map(({ text }) => text)).size).toBe(400);
  });

  it("rests on an exact bound", () => {
    // All right in n trials: the bound is the n-th root of alpha.
    expect(lowerBound(20, 20)).toBeCloseTo(0.05 ** (1 / 20), 10);
    // 9 of 10 (Clopper and Pearson 1934): 0.6058.
    expect(lowerBound(9, 10)).toBeCloseTo(0.6058, 4);
    expect(lowerBound(0, 10)).toBe(0);
  });
});
