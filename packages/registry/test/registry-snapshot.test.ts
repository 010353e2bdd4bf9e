import { contractDigest } from "@caio/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { RegistrySnapshot, serviceEntry, type RegistryEdit, type RegistryView } from "../src/index.ts";
import { registrationOf, sketches } from "./contracts.ts";
import { ViewOracle, type Known } from "./view-oracle.ts";

const tenants = ["acme", "acme-2", "umbra", "nobody"];

/** An edit drawn for whatever the world holds: a kind that cannot be done becomes one that can. */
const drawn = fc.record({
  sketch: sketches,
  amplitude: fc.integer({ min: -3, max: 3 }),
  kind: fc.constantFrom("put", "put", "deregister", "drain", "undrain"),
  watched: fc.subarray(tenants),
});

function editFor({ sketch, amplitude, kind }: { sketch: { id: string }; amplitude: number; kind: string }, world: Map<string, Known>): RegistryEdit {
  const known = world.get(sketch.id);
  if (known === undefined || kind === "put") {
    const registration = registrationOf(sketch, amplitude);
    world.set(sketch.id, { ...registration, draining: known?.draining ?? false });
    return { kind: known === undefined ? "register" : "replace", ...registration };
  }
  if (kind === "deregister") world.delete(sketch.id);
  else world.set(sketch.id, { ...known, draining: kind === "drain" });
  return { kind: kind === "deregister" ? "deregister" : kind === "drain" ? "drain" : "undrain", serviceId: sketch.id };
}

function shown(view: RegistryView): object {
  const { tenant, epoch, size, trieRoot, root } = view;
  return { tenant, epoch, size, trieRoot, root, ids: view.services.map(({ contract }) => contract.serviceId) };
}

function expected(oracle: ViewOracle): object {
  const { tenant, epoch, trieRoot, root, ids } = oracle;
  return { tenant, epoch, size: ids.length, trieRoot, root, ids };
}

describe("a view that is drafted", () => {
  it("is the view that the same edits would give, and leaves the one it came from as it was", () => {
    const edits = fc.array(fc.record({ sketch: sketches, amplitude: fc.integer({ min: -3, max: 3 }), kind: fc.constantFrom("put", "put", "deregister"), watched: fc.constant([]) }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(edits, edits, (before, draft) => {
        const world = new Map<string, Known>();
        const snapshot = RegistrySnapshot.empty.apply(before.map((draw) => editFor(draw, world)));
        const changes = draft.map((draw) => editFor(draw, world));
        const after = snapshot.apply(changes);
        const puts = changes.flatMap((edit) => (edit.kind === "register" || edit.kind === "replace" ? [edit] : []));
        const last = puts.filter(({ contract }, at) => puts.findLastIndex((other) => other.contract.serviceId === contract.serviceId) === at);
        const gone = changes.flatMap((edit) => (edit.kind === "deregister" && !world.has(edit.serviceId) ? [edit.serviceId] : []));
        for (const tenant of tenants) {
          const view = snapshot.view(tenant);
          const was = shown(view);
          const drafted = view.drafted(last, gone);
          expect([drafted.tenant, drafted.epoch, drafted.trieRoot, drafted.size]).toEqual([tenant, snapshot.epoch, after.view(tenant).trieRoot, after.view(tenant).size]);
          expect(shown(view)).toEqual(was);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("keeps what is draining so", () => {
    const [registration] = fc.sample(sketches.map((sketch) => registrationOf(sketch, 1)), { numRuns: 1, seed: 7 });
    if (registration === undefined) throw new Error("no sketch");
    const { serviceId } = registration.contract;
    const snapshot = RegistrySnapshot.empty.apply([{ kind: "register", ...registration }, { kind: "drain", serviceId }]);
    for (const tenant of tenants) expect(snapshot.view(tenant).drafted([registration]).service(serviceId)?.draining).toBe(snapshot.view(tenant).service(serviceId)?.draining);
  });
});

describe("RegistrySnapshot", () => {
  it("is what a registry built from scratch is, for every tenant, after any edits, and never changes", () => {
    fc.assert(
      fc.property(fc.array(fc.array(drawn, { minLength: 1, maxLength: 3 }), { maxLength: 10 }), (batches) => {
        let snapshot = RegistrySnapshot.empty;
        const world = new Map<string, Known>();
        const past: { snapshot: RegistrySnapshot; oracles: ViewOracle[] }[] = [];
        for (const batch of batches) {
          snapshot = snapshot.apply(batch.map((draw) => editFor(draw, world)));
          // Some views are used now, so that their tries are carried along; others are first built later.
          for (const tenant of batch[0]?.watched ?? []) expect(snapshot.view(tenant).root).toHaveLength(64);
          past.push({ snapshot, oracles: tenants.map((tenant) => new ViewOracle(tenant, snapshot.epoch, world)) });
        }
        for (const { snapshot: then, oracles } of past) {
          for (const oracle of oracles) expect(shown(then.view(oracle.tenant))).toEqual(expected(oracle));
        }
        expect(snapshot.epoch).toBe(batches.length);
        expect(snapshot.size).toBe(world.size);
        expect(snapshot.services.map(({ contract }) => contract.serviceId)).toEqual([...world.keys()].sort());
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it("keeps tenants apart: what only others see changes nothing but the epoch", () => {
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 12 }), sketches, (draws, sketch) => {
        const world = new Map<string, Known>();
        const before = draws.reduce((snapshot, draw) => snapshot.apply([editFor(draw, world)]), RegistrySnapshot.empty);
        const hidden = before.apply([{ kind: "register", ...registrationOf({ ...sketch, id: "hidden", tenants: ["umbra"] }) }]);
        for (const tenant of ["acme", "acme-2", "nobody", "umbra\u0000hidden", "umbra\u0000", ""]) {
          expect(hidden.view(tenant).trieRoot).toBe(before.view(tenant).trieRoot);
          expect(hidden.view(tenant).service("hidden")).toBeUndefined();
          expect(hidden.view(tenant).services).toEqual(before.view(tenant).services);
        }
        expect(hidden.view("umbra").service("hidden")?.contract.serviceId).toBe("hidden");
        expect(hidden.service("hidden")?.contract.serviceId).toBe("hidden");
      }),
    );
  });

  it("hashes one path for each capability of the service edited, in every view that was built", () => {
    const types = ["chat", "chat.fast", "embed"];
    const edits = Array.from({ length: 1000 }, (_, index): RegistryEdit => {
      const id = `svc-${((index * 7919) % 1000).toString(36)}`;
      return { kind: "register", ...registrationOf({ id, types, tenants: index % 100 === 0 ? ["acme"] : [] }) };
    });
    let snapshot = RegistrySnapshot.empty.apply(edits);
    for (const tenant of ["acme", "nobody"]) expect(snapshot.view(tenant).root).toHaveLength(64);
    // The bits in which ids of "svc-…" differ, and a few for the types.
    const depth = 3 * 8 + 8 + 16;
    const changes: RegistryEdit[] = [
      { kind: "register", ...registrationOf({ id: "svc-new", types }) },
      { kind: "replace", ...registrationOf({ id: "svc-10", types: ["chat", "embed", "vision"], version: "2.0.0" }) },
      { kind: "drain", serviceId: "svc-new" },
      { kind: "deregister", serviceId: "svc-new" },
    ];
    for (const change of changes) {
      snapshot = snapshot.apply([change]);
      for (const tenant of ["acme", "nobody"]) {
        const view = snapshot.view(tenant);
        expect(view.unhashed).toBeGreaterThan(0);
        expect(view.unhashed).toBeLessThanOrEqual(types.length * depth);
        expect(view.root).toHaveLength(64);
        expect(view.unhashed).toBe(0);
      }
    }
  });

  it("shares one trie among tenants that no contract names", () => {
    const snapshot = RegistrySnapshot.empty.apply([{ kind: "register", ...registrationOf({ id: "a" }) }]);
    expect(snapshot.view("one").root).toHaveLength(64);
    expect(snapshot.view("two").unhashed).toBe(0);
    expect(snapshot.view("two").trieRoot).toBe(snapshot.view("one").trieRoot);
    expect(snapshot.view("two").root).not.toBe(snapshot.view("one").root);
    expect(snapshot.view("two").services).toBe(snapshot.view("one").services);
  });

  it("does nothing when any edit of a batch fails", () => {
    const first = RegistrySnapshot.empty.apply([{ kind: "register", ...registrationOf({ id: "a" }) }]);
    const good: RegistryEdit = { kind: "register", ...registrationOf({ id: "b" }) };
    const bad: [RegistryEdit, string][] = [
      [{ kind: "register", ...registrationOf({ id: "a" }) }, "DuplicateService"],
      [{ kind: "replace", ...registrationOf({ id: "c" }) }, "UnknownService"],
      [{ kind: "deregister", serviceId: "c" }, "UnknownService"],
      [{ kind: "drain", serviceId: "c" }, "UnknownService"],
      [{ kind: "undrain", serviceId: "c" }, "UnknownService"],
      [{ kind: "register", ...registrationOf({ id: "C" }) }, "InvalidContract"],
    ];
    for (const [edit, code] of bad) {
      expect(() => first.apply([good, edit])).toThrow(expect.objectContaining({ code }));
      expect(shown(first.view("x"))).toMatchObject({ epoch: 1, size: 1, ids: ["a"] });
    }
    expect(first.apply([])).toBe(first);
  });
});

describe("serviceEntry", () => {
  it("has the digests that the formats define and shares nothing with its source", () => {
    const registration = registrationOf({ id: "a", types: ["chat"] }, 7);
    const entry = serviceEntry(registration);
    expect(entry.contractDigest).toBe(contractDigest(registration.contract));
    expect(entry.wire["service_id"]).toBe("a");
    expect(entry.draining).toBe(false);
    Object.assign(registration.contract.metadata, { category: "changed" });
    expect(entry.contract.metadata.category).toBeUndefined();
    expect(() => Object.assign(entry.contract.access, { public: false })).toThrow(TypeError);
    expect(() => Object.assign(entry.encoding, { 0: 1 })).toThrow(TypeError);
  });

  const good = registrationOf({ id: "a" });
  it.each<[string, typeof good]>([
    ["an id in capitals", registrationOf({ id: "A" })],
    ["an empty id", registrationOf({ id: "" })],
    ["no capability", registrationOf({ id: "a", types: [] })],
    ["no capability of any pair", registrationOf({ id: "a", models: [{ id: "m", capabilities: [] }] })],
    ["an empty segment", registrationOf({ id: "a", types: ["chat..fast"] })],
    ["nine segments", registrationOf({ id: "a", types: ["a.b.c.d.e.f.g.h.i"] })],
    ["models out of order", registrationOf({ id: "a", models: [{ id: "m2" }, { id: "m1" }] })],
    ["a model twice", registrationOf({ id: "a", models: [{ id: "m" }, { id: "m" }] })],
    ["a model without id", registrationOf({ id: "a", models: [{ id: "" }] })],
    ["tenants out of order", registrationOf({ id: "a", tenants: ["b", "a"] })],
    ["a tenant that is no id", registrationOf({ id: "a", tenants: ["a\u0000b"] })],
    ["a short encoding", { ...good, encoding: [1, 2] }],
    ["a fraction in the encoding", { ...good, encoding: good.encoding.map(() => 0.5) }],
    ["no encoder id", { ...good, encoderId: "" }],
    ["a contract that is no JSON", { ...good, contract: { ...good.contract, description: "\ud800" } }],
    ["a contract without its parts", { ...good, contract: JSON.parse('{"serviceId":"a"}') as typeof good.contract }],
  ])("refuses %s", (_name, registration) => {
    expect(() => serviceEntry(registration)).toThrow(expect.objectContaining({ code: "InvalidContract" }));
  });
});

describe("RegistrySnapshot.restore", () => {
  it("gives every view the root that it had", () => {
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 12 }), (edits) => {
        const world = new Map<string, Known>();
        let snapshot = RegistrySnapshot.empty;
        for (const edit of edits) snapshot = snapshot.apply([editFor(edit, world)]);
        const again = RegistrySnapshot.restore(
          snapshot.epoch,
          snapshot.services.flatMap(({ contract, encoding, encoderId, draining }): RegistryEdit[] => [
            { kind: "register", contract, encoding, encoderId },
            ...(draining ? [{ kind: "drain" as const, serviceId: contract.serviceId }] : []),
          ]),
        );
        for (const tenant of tenants) expect(shown(again.view(tenant))).toEqual(shown(snapshot.view(tenant)));
      }),
      { numRuns: 50 },
    );
  });

  it("refuses an epoch that is no count", () => {
    for (const epoch of [-1, 0.5, Number.NaN]) expect(() => RegistrySnapshot.restore(epoch, [])).toThrow(/epoch/);
    expect(RegistrySnapshot.restore(7, []).view("acme").epoch).toBe(7);
  });
});
