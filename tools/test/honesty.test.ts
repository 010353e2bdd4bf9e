import type { JsonObject } from "@caio/core";
import { canonicalSet } from "@caio/contracts";
import { policyFromWire, policyToWire } from "@caio/rules";
import { describe, expect, it } from "vitest";

import { pairsOf } from "../reference/matching.ts";
import type { World } from "../reference/world.ts";
import { fromWorldFile, toWorldFile } from "../worlds/world-file.ts";
import { minimise } from "../worlds/minimise.ts";
import { referenceDecision } from "../reference/master-equation.ts";
import { randomWorld } from "../worlds/random-world.ts";
import { stampedSize } from "../worlds/random/request.ts";

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const MODEL_ID = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;

const FIRST = 10_000;
const worlds = Array.from({ length: 200 }, (_world, index) => randomWorld(FIRST + index));

function forWorlds(count: number, check: (world: World) => void): void {
  for (const [index, world] of worlds.slice(0, count).entries()) {
    try {
      check(world);
    } catch (cause) {
      throw new Error(`World ${String(FIRST + index)}`, { cause });
    }
  }
}

describe("a random world", () => {
  it("is the same for the same seed", () => {
    forWorlds(1, (world) => {
      expect(randomWorld(FIRST)).toEqual(world);
    });
    expect(randomWorld(1)).not.toEqual(randomWorld(2));
  });

  it("has policies that the loader takes in normalised form", () => {
    forWorlds(60, ({ policy }) => {
      for (const set of [policy.base, ...Object.values(policy.named)]) policyFromWire(policyToWire(set));
    });
  });

  it("has ids within the encodings, each service once, models in order", () => {
    forWorlds(200, ({ services, request }) => {
      const ids = services.map(({ contract }) => contract.serviceId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeLessThanOrEqual(60);
      expect([...ids, request.principal.tenant].filter((id) => !ID.test(id))).toEqual([]);
      for (const { contract } of services) {
        const models = contract.models.map(({ id }) => id);
        expect(models.filter((id) => !MODEL_ID.test(id))).toEqual([]);
        expect(models).toEqual([...new Set(models)].sort());
      }
    });
  });

  it("has sets that are sorted and hold nothing twice", () => {
    forWorlds(200, (world) => {
      const words = setsOf(world);
      expect(words).toEqual(words.map((set) => [...new Set(set)].sort()));
      const objects = objectSetsOf(world);
      expect(objects).toEqual(objects.map((set) => canonicalSet(set)));
    });
  });

  it("has sizes as the door stamps them, and the principal's own traits", () => {
    forWorlds(200, ({ request }) => {
      expect(request.size).toEqual(stampedSize(request.document));
      expect(request.traits).toEqual(request.principal.traits);
      expect(request.fields.context.length).toBe(request.document.context.length);
    });
  });

  it("has leaves in order, measured promises only where degraded, A⁻¹ symmetric", () => {
    forWorlds(200, ({ history }) => {
      const names = history.leaves.map((leaf) => [leaf.service, leaf.model ?? ""].join(" "));
      expect(names).toEqual([...new Set(names)].sort());
      for (const leaf of history.leaves) {
        const inverse = leaf.learned?.inverse;
        const measured = leaf.health === "degraded" || leaf.promises.length === 0;
        expect([measured, leaf.violations <= leaf.outcomes, inverse?.[1]]).toEqual([true, true, inverse?.[16]]);
      }
    });
  });

  it("names only policies that exist", () => {
    forWorlds(200, ({ policy, request }) => {
      for (const id of request.document.policies) expect(policy.named[id]?.id).toBe(id);
    });
  });

  it("survives a file", () => {
    forWorlds(50, (world) => {
      expect(fromWorldFile(JSON.parse(JSON.stringify(toWorldFile(world))) as JsonObject)).toEqual(world);
    });
    expect(() => fromWorldFile({ caioWorld: 9 })).toThrow("version 9");
  });

  it("becomes as small as its trouble", () => {
    const world = randomWorld(seedOf("TraitViolation"));
    const small = minimise(world, (other) => refusalOf(other) === "TraitViolation");
    expect(refusalOf(small)).toBe("TraitViolation");
    expect(small.services.flatMap((service) => pairsOf(service, small))).toHaveLength(1);
    expect(small.policy.base.rules).toEqual([]);
    expect(small.request.document.requirements.capabilities).toEqual([]);
  });
});

function refusalOf(world: World): string | undefined {
  const decision = referenceDecision(world);
  return decision.kind === "refused" ? decision.code : undefined;
}

function seedOf(code: string): number {
  for (let seed = 0; ; seed++) if (refusalOf(randomWorld(seed)) === code) return seed;
}

function setsOf({ services, policy, request }: World): (readonly string[])[] {
  const { document, principal } = request;
  const { constraints, privacy } = document.requirements;
  const sets = [document.data.labels, document.intent.categories, document.policies, principal.permissions];
  sets.push(constraints.regions, constraints.services, constraints.models, privacy.compliance);
  sets.push(request.detected.map(({ label }) => label));
  sets.push(policy.base.safety.forbidden, policy.base.safety.needsFiltering, policy.base.privacy.sensitive);
  sets.push(...Object.values(policy.base.privacy.allowedLabels));
  for (const { contract } of services) {
    sets.push(contract.access.requiredPermissions, contract.access.tenants, contract.metadata.tags);
    sets.push(contract.privacy.compliance, contract.privacy.regions ?? [], contract.constraints.mediaTypes ?? []);
    for (const { parameters } of contract.capabilities) {
      for (const value of Object.values(parameters)) if (Array.isArray(value)) sets.push(value.map(String));
    }
  }
  return sets;
}

function objectSetsOf({ services, request }: World): (readonly object[])[] {
  const { capabilities, guarantees } = request.document.requirements;
  const sets: (readonly object[])[] = [capabilities, guarantees, ...capabilities.map((group) => group.anyOf)];
  for (const { contract } of services) {
    for (const part of [contract, ...contract.models]) sets.push(part.capabilities ?? [], part.guarantees ?? []);
  }
  return sets;
}
