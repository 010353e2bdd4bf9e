import type { CapabilityGroup } from "@caio/contracts";
import { toHex, type PrefixProof } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { capabilityKey, capabilityPrefix, RegistrySnapshot, type Registration } from "../src/index.ts";
import { capabilities, registrationOf, sketches } from "./contracts.ts";
import { prefixHex, readProof, toBits, ViewOracle, type Known } from "./view-oracle.ts";

const asked = ["chat", "chat.fast", "chat.f", "embed", "embed.text", "vision", "vision.ocr", "chatty", "nothing"];
const groups: fc.Arbitrary<CapabilityGroup[]> = fc.array(
  fc.array(fc.constantFrom(...asked), { minLength: 1, maxLength: 3 }).map((types) => ({ anyOf: capabilities(types) })),
  { maxLength: 3 },
);
const worlds = fc.uniqueArray(sketches, { selector: ({ id }) => id, maxLength: 5 }).map((list) => list.map((sketch) => registrationOf(sketch)));

function build(registrations: readonly Registration[]): { snapshot: RegistrySnapshot; oracle: ViewOracle } {
  const snapshot = RegistrySnapshot.empty.apply(registrations.map((registration) => ({ kind: "register", ...registration })));
  const known = registrations.map((registration): [string, Known] => [registration.contract.serviceId, { ...registration, draining: false }]);
  return { snapshot, oracle: new ViewOracle("acme", snapshot.epoch, new Map(known)) };
}

describe("domain", () => {
  it("is that of the definition, and is proved whole", () => {
    fc.assert(
      fc.property(worlds, groups, (registrations, required) => {
        const { snapshot, oracle } = build(registrations);
        const view = snapshot.view("acme");
        const domain = view.domain({ capabilities: required });
        const ids = domain.services.map(({ contract }) => contract.serviceId);
        expect({ revealed: domain.revealed, ids }).toEqual(oracle.domain(required));
        const proofs = view.proveDomain({ capabilities: required });
        const revealed = domain.revealed === null ? undefined : required[domain.revealed];
        const types = revealed === undefined ? [null] : [...new Set(revealed.anyOf.map(({ type }) => type))];
        expect(proofs.map(({ type }) => type)).toEqual(types);
        const proved = new Set<string>();
        for (const { type, proof } of proofs) {
          const wanted = oracle.keys.filter((key) => type === null || key.type === type || key.type.startsWith(`${type}.`));
          const leaves = readProof(proof, type === null ? "" : toBits(prefixHex(type)), view.trieRoot);
          expect(leaves).toEqual(new Map(wanted.map(({ key, rest }) => [key, rest])));
          for (const { id } of wanted) proved.add(id);
        }
        expect([...proved].sort()).toEqual(ids);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it("cannot be proved with a leaf left out or a flag changed", () => {
    const { snapshot } = build(["a", "b", "c1"].map((id) => registrationOf({ id })));
    const view = snapshot.view("acme");
    const [alternative] = view.proveDomain({ capabilities: [{ anyOf: capabilities(["chat"]) }] });
    const proof: PrefixProof = alternative?.proof ?? [];
    const q = toBits(prefixHex("chat"));
    expect(readProof(proof, q, view.trieRoot)).toHaveProperty("size", 3);
    for (let place = 0; place < proof.length; place++) {
      expect(readProof(proof.toSpliced(place, 1), q, view.trieRoot)).toBeTypeOf("string");
      const item = proof[place];
      if (item === undefined || !("rest" in item)) continue;
      const drained = { ...item, rest: `${item.rest.slice(0, -2)}01` };
      expect(readProof(proof.toSpliced(place, 1, drained), q, view.trieRoot)).toBe("another root");
    }
  });

  it("reveals the first of the groups of least size", () => {
    const { snapshot } = build([
      registrationOf({ id: "a", types: ["chat", "chat.fast"] }),
      registrationOf({ id: "b", types: ["embed"] }),
      registrationOf({ id: "c1", types: ["chat"] }),
    ]);
    const revealed = (...types: string[][]): number | null =>
      snapshot.view("x").domain({ capabilities: types.map((some) => ({ anyOf: capabilities(some) })) }).revealed;
    expect(revealed()).toBeNull();
    expect(revealed(["chat"], ["chat.fast"], ["embed"])).toBe(1);
    expect(revealed(["chat"], ["embed", "embed"])).toBe(1);
    // Nested alternatives count their keys twice: 3 + 1 against 3.
    expect(revealed(["chat", "chat.fast"], ["chat"])).toBe(1);
    expect(revealed(["embed"], ["nothing"])).toBe(1);
  });
});

describe("capability keys", () => {
  it("are encoded as published", () => {
    expect(toHex(capabilityKey("inference.chat", "demo"))).toBe("0109696e666572656e63650104636861740004" + "64656d6f");
    expect(toHex(capabilityPrefix("inference").bytes)).toBe("0109696e666572656e6365");
  });

  it("refuse what has no encoding", () => {
    for (const bad of ["", "a.", "x".repeat(256)]) {
      expect(() => capabilityPrefix(bad)).toThrow(expect.objectContaining({ code: "InvalidContract" }));
    }
  });
});
