import { InMemoryTraceStore, TraceabilitySystem } from "@caio/traceability";
import { expect, test } from "vitest";

import { InMemoryHistoryStore } from "../src/index.ts";
import { answers, contract, FakeServices, hangs, house, principal, request } from "./support/house.ts";

const german = answers({ language: "de" });

test("a history store that keeps a version, says otherwise and cannot be asked learns nothing twice", async () => {
  let away = false;
  let faults = 2;
  const history = new (class extends InMemoryHistoryStore {
    override async append(next: Parameters<InMemoryHistoryStore["append"]>[0]): Promise<void> {
      await super.append(next);
      away = faults-- > 0;
      if (away) throw new Error("kept, but said otherwise");
    }
    override latest(): ReturnType<InMemoryHistoryStore["latest"]> {
      const fails = away;
      away = false;
      return fails ? Promise.reject(new Error("away")) : super.latest();
    }
  })();
  const { orchestrator } = await house(new FakeServices({ a: german }), [contract("a")], { ports: { history } });
  for (let index = 0; index < 6; index++) expect((await orchestrator.orchestrate(request(), principal)).kind).toBe("success");
  await orchestrator.learnNow();
  expect((await history.latest()).leaves.map(({ outcomes }) => outcomes)).toEqual([6]);
});

test("callers who leave make no versions of H", async () => {
  const services = new FakeServices({ a: hangs });
  const { orchestrator, history, traces } = await house(services, [contract("a")]);
  for (let call = 1; call <= 3; call++) {
    const gone = new AbortController();
    const pending = orchestrator.orchestrate(request(), principal, { signal: gone.signal });
    await expect.poll(() => services.calls.length, { timeout: 20_000 }).toBe(call);
    gone.abort();
    const { attempts } = await pending;
    expect((await traces.trace(attempts[0]?.decision.decisionId ?? ""))?.outcomes.map(({ status }) => status)).toEqual(["cancelled"]);
  }
  await orchestrator.learnNow();
  expect((await history.latest()).version).toBe(0);
});

test("whoever is told of a fault and throws keeps nobody waiting for outcomes behind the answer", async () => {
  class Refusing extends InMemoryTraceStore {
    override async append(start: number, entries: Parameters<InMemoryTraceStore["append"]>[1]): Promise<void> {
      if (entries.some(({ keys }) => keys.kind === "outcome")) throw new Error("no outcomes");
      await super.append(start, entries);
    }
  }
  const traces = await TraceabilitySystem.open(new Refusing());
  const told: string[] = [];
  const onFault = (where: string): void => {
    told.push(where);
    throw new Error("the watcher breaks, too");
  };
  const { orchestrator, history } = await house(new FakeServices({ a: german }), [contract("a")], { ports: { traces, outcomesBehind: true, onFault } });
  expect((await orchestrator.orchestrate(request(), principal)).kind).toBe("success");
  await orchestrator.settled();
  await orchestrator.learnNow();
  expect(told).toEqual(["outcome", "outcome"]);
  expect((await history.latest()).version).toBe(0);
});
