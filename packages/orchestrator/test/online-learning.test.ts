import { ControlIntegrator, HashingEncoder, onlineSettings } from "@caio/control";
import { canonicalJson, type JsonValue } from "@caio/core";
import { describe, expect, it } from "vitest";

import { caioRoute, fromWorldFile, toWorldFile, type RoutingDecision } from "../src/index.ts";
import { answers, contract, FakeServices, house, principal, request } from "./support/house.ts";

const policy = "caio_policy: 1\nid: house\nrl: { width: '0.134' }\n";
const online = onlineSettings({ likenessMicros: 350_000 });
const models = [
  { id: "good", competence: "0.9" },
  { id: "weak", competence: "0.2" },
  { id: "silent" },
];

function rlOf(decision: RoutingDecision): Readonly<Record<string, number>> {
  return Object.fromEntries(decision.verdicts.flatMap((verdict) => (verdict.step === 0 ? [[verdict.model ?? "", verdict.terms.rl]] : [])));
}

function textOf(decision: RoutingDecision): string {
  return canonicalJson(JSON.parse(JSON.stringify(decision)) as JsonValue);
}

async function opened(learnsOnline = true): Promise<Awaited<ReturnType<typeof house>>> {
  const contracts = [contract("lang", { models })];
  const control = new ControlIntegrator({ encoder: new HashingEncoder(), features: true });
  const made = await house(new FakeServices({ lang: answers({ language: "de" }) }), contracts, { policy, ports: { control, ...(learnsOnline ? { online } : {}) } });
  made.orchestrator.expect(contracts);
  return made;
}

describe("learning online", () => {
  it("the first request knows what contracts claim; a pair that claims nothing has 0", async () => {
    const { orchestrator, history } = await opened();
    const { decision, inputs } = await orchestrator.decide(request(), principal);
    expect(rlOf(decision)).toEqual({ good: 930_000, weak: 200_000, silent: 0 });
    expect(inputs.history.snapshot.version).toBe(1);
    expect((await history.latest()).leaves.map(({ model }) => model)).toEqual(["good", "weak"]);
  });

  it("without the setting claims teach nothing and make no version", async () => {
    const { orchestrator, history } = await opened(false);
    const { decision } = await orchestrator.decide(request(), principal);
    expect(rlOf(decision)).toEqual({ good: 0, weak: 0, silent: 0 });
    expect((await history.latest()).version).toBe(0);
  });

  it("said again they make no version, and outcomes move what was claimed", async () => {
    const { orchestrator, registry, history } = await opened();
    await orchestrator.orchestrate(request(), principal);
    await orchestrator.learnNow();
    const { version, leaves } = await history.latest();
    expect(leaves.find(({ model }) => model === "good")?.learned?.online).toMatchObject({ weightMicros: 1_000_000, cases: [{ weightMicros: 1_000_000, sumMicros: 1_000_000 }] });
    orchestrator.expect(registry.snapshot().services.map((each) => each.contract));
    await orchestrator.learnNow();
    await orchestrator.decide(request(), principal);
    expect((await history.latest()).version).toBe(version);
  });

  it("a decision replays from its world file, cases and all", async () => {
    const { orchestrator } = await opened();
    for (let n = 0; n < 3; n++) await orchestrator.orchestrate(request(), principal);
    await orchestrator.learnNow();
    const { request: stamped, inputs, decision } = await orchestrator.decide(request(), principal);
    const world = fromWorldFile(toWorldFile(stamped, inputs));
    expect(world.inputs.history.snapshot.root).toBe(inputs.history.snapshot.root);
    expect(textOf(caioRoute(world.request, world.inputs))).toBe(textOf(decision));
  });
});
