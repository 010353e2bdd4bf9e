import { canonicalJson, type JsonObject, type JsonValue } from "@caio/core";
import { caioRoute, fromWorldFile, nearestCounterfactual, selectedCandidate, toWorldFile, type SingleChange } from "@caio/orchestrator";
import fc from "fast-check";
import { expect, it } from "vitest";

import { readWorld } from "../src/load/decide.ts";
import { example } from "./support/run-command.ts";

type Draft = Record<string, JsonValue>;

/** A world file as JSON, from the example of this name. */
async function worldOf(name: string): Promise<JsonObject> {
  const files = { request: example(`requests/${name}.json`), contracts: example("contracts"), policy: example("policy.yaml"), principal: example("principals/default.json") };
  const { request, inputs } = await readWorld(files, { now: 1_764_000_000_000, decisionKey: "ab".repeat(32), testKey: true });
  return JSON.parse(toWorldFile(request, inputs)) as JsonObject;
}

function draft(value: JsonValue | undefined): Draft {
  return value as Draft;
}

const choice = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
/** Mostly not said: of many demands no single one decides. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const weight = fc.integer({ min: -1_000_000, max: 1_000_000 });
const asked = fc.record({
  world: fc.nat(3),
  weights: fc.record({ intent: weight, model: weight, cost: fc.nat(1_000_000), risk: fc.nat(1_000_000), latency: fc.nat(1_000_000) }),
  accuracy: seldom(choice(600_000, 780_000, 850_000, 950_000)),
  latency: seldom(choice(1_000, 20_000, 100_000, 2_000_000)),
  budget: seldom(choice(0, 10, 1_000_000)),
  locality: seldom(choice("on_device", "local", "private_cloud")),
  onDevice: seldom(fc.constant(true)),
  services: seldom(fc.subarray(["lid-eld", "lid-fasttext", "lid-franc", "lid-tinyld"])),
});

type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never;

/** The world with what was asked written into its request and its base policy, in normalised form. */
function asking(world: JsonObject, { weights, accuracy, latency, budget, locality, onDevice, services }: Asked): JsonObject {
  const copy = draft(structuredClone(world));
  const document = draft(draft(copy["request"])["document"]);
  const [requirements, limits] = [draft(document["requirements"]), draft(document["limits"])];
  requirements["guarantees"] = accuracy === undefined ? [] : [{ property: "classification_accuracy", coverage_ppm: 1_000_000, bound: { min_micros: accuracy } }];
  const constraints = draft(requirements["constraints"]);
  if (locality !== undefined) constraints["max_locality"] = locality;
  constraints["services"] = services ?? [];
  draft(requirements["privacy"])["on_device"] = onDevice === true;
  if (latency !== undefined) limits["latency_us"] = latency;
  if (budget !== undefined) Object.assign(limits, { budget_micros: budget, currency: "EUR" });
  const base = draft(draft(copy["policy"])["base"]);
  base["weights"] = { ...draft(base["weights"]), ...Object.fromEntries(Object.entries(weights)) };
  return copy;
}

/** The world after the change that is stated, by its words alone: what stands at its place is taken out of the JSON. */
function after(world: JsonObject, change: SingleChange): JsonObject {
  const copy = draft(structuredClone(world));
  const [request, policy] = [draft(copy["request"]), draft(draft(copy["policy"])["base"])];
  if (change.kind === "weight") {
    expect(draft(policy["weights"])[change.name]).toBe(change.from);
    draft(policy["weights"])[change.name] = change.to;
    return copy;
  }
  const [owner, inner] = change.place.includes(": ") ? change.place.split(": ") : ["", change.place];
  const path = (inner ?? "").split(/[.[\]]+/).filter((part) => part !== "");
  const target = path.slice(0, -1).reduce<JsonValue>((value, part) => draft(value)[part] ?? null, owner === "" ? (request["document"] ?? null) : policy);
  takeOut(target, path.at(-1) ?? "");
  return copy;
}

function takeOut(target: JsonValue, last: string): void {
  if (Array.isArray(target)) {
    const list = target as JsonValue[];
    const at = /^\d+$/.test(last) ? Number(last) : list.findIndex((item) => draft(item)["id"] === last);
    expect(list[at]).toBeDefined();
    list.splice(at, 1);
    return;
  }
  const members = draft(target);
  const value = members[last];
  expect(value).toBeDefined();
  if (last === "route") members[last] = "any";
  else if (Array.isArray(value)) members[last] = [];
  else if (last === "on_device") members[last] = false;
  else Reflect.deleteProperty(members, last);
}

function chosenIn(world: JsonObject): ReturnType<typeof selectedCandidate> | null {
  const { request, inputs } = fromWorldFile(canonicalJson(world));
  const decision = caioRoute(request, inputs);
  return decision.kind === "chosen" ? selectedCandidate(decision) : null;
}

it("every single change that explain states flips the choice as it says, decided anew without it", async () => {
  const worlds = await Promise.all(["plain", "less-cost", "legal-text", "personal-data"].map(worldOf));
  let flipped = 0;
  fc.assert(
    fc.property(asked, (values) => {
      const world = asking(worlds[values.world] ?? {}, values);
      const { request, inputs } = fromWorldFile(canonicalJson(world));
      const { chosen, flips } = nearestCounterfactual(request, inputs);
      expect(chosenIn(world)).toEqual(chosen);
      for (const flip of flips) {
        const now = chosenIn(after(world, flip.change));
        expect({ change: flip.change, now }).toEqual({ change: flip.change, now: flip.chosen });
        expect(now).not.toEqual(chosen);
      }
      flipped += flips.length;
    }),
    { numRuns: Number(process.env["CAIO_WORLDS"] ?? 25) },
  );
  expect(flipped).toBeGreaterThan(0);
}, 240_000);
