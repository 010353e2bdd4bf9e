import type { MatchingDemand } from "@caio/contracts";
import { describe, expect, it } from "vitest";

import { discover, findMatchingServices, RegistrySnapshot, type RegistryEdit } from "../src/index.ts";
import { capabilities, registrationOf } from "./contracts.ts";

const models = [{ id: "large" }, { id: "small", capabilities: capabilities(["embed"]) }];
const snapshot = RegistrySnapshot.empty.apply([
  { kind: "register", ...registrationOf({ id: "zeta", types: ["chat.fast"], tags: ["nlp"], category: "text" }) },
  { kind: "register", ...registrationOf({ id: "alpha", types: ["chat"], models, description: "Speaks German" }) },
  { kind: "register", ...registrationOf({ id: "tired", types: ["chat"] }) },
  { kind: "drain", serviceId: "tired" },
  { kind: "register", ...registrationOf({ id: "secret", types: ["chat"], tenants: ["acme"] }) },
] satisfies RegistryEdit[]);
const view = snapshot.view("other");

function demandOf(...types: string[][]): MatchingDemand {
  return {
    requirements: {
      capabilities: types.map((some) => ({ anyOf: capabilities(some) })),
      guarantees: [],
      constraints: { regions: [], route: "any", services: [], models: [] },
      privacy: { onDevice: false, compliance: [] },
    },
    size: {},
  };
}

describe("discover", () => {
  const ids = (query: Parameters<typeof discover>[1]): string[] => discover(view, query).map(({ contract }) => contract.serviceId);

  it("finds by capability, tag, category and text, and by all of them", () => {
    expect(ids({})).toEqual(["alpha", "tired", "zeta"]);
    expect(ids(undefined)).toEqual(["alpha", "tired", "zeta"]);
    expect(ids({ capability: "chat" })).toEqual(["alpha", "tired", "zeta"]);
    expect(ids({ capability: "chat.fast" })).toEqual(["zeta"]);
    expect(ids({ capability: "cha" })).toEqual([]);
    expect(ids({ tag: "nlp" })).toEqual(["zeta"]);
    expect(ids({ category: "text" })).toEqual(["zeta"]);
    expect(ids({ text: "gERman" })).toEqual(["alpha"]);
    expect(ids({ text: "FAST" })).toEqual(["zeta"]);
    expect(ids({ text: "embed" })).toEqual(["alpha"]);
    expect(ids({ capability: "chat", tag: "nlp", text: "zet" })).toEqual(["zeta"]);
    expect(ids({ capability: "chat", tag: "nlp", text: "alpha" })).toEqual([]);
  });

  it("shows a tenant its own services only", () => {
    expect(discover(snapshot.view("acme"), { text: "secret" })).toHaveLength(1);
    expect(discover(view, { text: "secret" })).toHaveLength(0);
  });
});

describe("findMatchingServices", () => {
  const pairs = (demand: MatchingDemand): string[] =>
    findMatchingServices(view, demand).map(({ service, model }) => `${service}/${model ?? "-"}`);

  it("gives the pairs that refine the demand, in order, and none that drains", () => {
    expect(pairs(demandOf(["chat"]))).toEqual(["alpha/large", "zeta/-"]);
    expect(pairs(demandOf(["embed"]))).toEqual(["alpha/small"]);
    expect(pairs(demandOf(["chat", "embed"]))).toEqual(["alpha/large", "alpha/small", "zeta/-"]);
    expect(pairs(demandOf(["chat"], ["embed"]))).toEqual([]);
    expect(pairs(demandOf())).toEqual(["alpha/large", "alpha/small", "zeta/-"]);
  });
});
