import { MICRO } from "@caio/core";
import type { FeedbackBody } from "@caio/traceability";
import { describe, expect, it, onTestFinished } from "vitest";

import type { SqlStores } from "../src/index.ts";
import { databaseKinds } from "./support/databases.ts";
import { checkedLog, logAll, secretOf } from "./support/kept-log.ts";
import { some } from "./support/records.ts";

const AT = 99_000;

function body(name: string, receivedAt: number): FeedbackBody {
  return {
    ...{ decisionId: some(name), service: "ident", model: null, attempt: null, kind: "thumb", aspect: "quality", rewardMicros: MICRO, decisionRewardMicros: MICRO },
    ...{ at: receivedAt, receivedAt, source: some("caller"), name: null, content: some("content"), taught: { fromMicros: MICRO, toMicros: MICRO }, untaught: null, decidedBy: null, takenFrom: null },
  };
}

describe.each(databaseKinds)("feedback in $where", ({ make }) => {
  async function filled(): Promise<{ readonly stores: SqlStores; readonly again: () => Promise<SqlStores> }> {
    const database = await make();
    const stores = await database.open();
    await logAll(stores, await checkedLog(stores), [{ kind: "decision", name: "old", time: 1000 }, { kind: "outcome", name: "old", time: 1500 }, { kind: "decision", name: "young", time: 9000 }]);
    let open = stores;
    onTestFinished(() => open.close());
    const again = async (): Promise<SqlStores> => {
      await open.close();
      return (open = await database.open());
    };
    return { stores, again };
  }

  it("comes back with its decision after a restart, and is found by its kind and time", async () => {
    const { stores, again } = await filled();
    const traces = await checkedLog(stores);
    await traces.appendFeedback("acme", body("old", 5000));
    await traces.appendFeedback("acme", body("young", 9500));
    const reopened = await again();
    const log = await checkedLog(reopened);
    expect((await log.trace(some("old")))?.feedback).toEqual([{ ...body("old", 5000), logIndex: 3 }]);
    const { traces: store } = reopened;
    expect(await store.find({ kind: "feedback" })).toEqual([3, 4]);
    expect(await store.find({ kind: "feedback", after: 3 })).toEqual([4]);
    expect(await store.find({ kind: "feedback", until: 9000 })).toEqual([3]);
    expect(await store.find({ kind: "feedback", decisionId: some("young"), tenant: "acme" })).toEqual([4]);
  });

  it("is learned by what is kept with the decision's key, and erased with it", async () => {
    const { stores, again } = await filled();
    expect((await stores.decisionKeys.opening(some("old")))?.learning).toContain(secretOf("old", "learning"));
    await stores.decisionKeys.erase(some("old"));
    const { decisionKeys } = await again();
    expect(await decisionKeys.opening(some("old"))).toBeUndefined();
    expect((await decisionKeys.opening(some("young")))?.learning).toContain(secretOf("young", "learning"));
  });

  it("goes no earlier than its decision, and no later than its own time; what it is learned by goes with the openings", async () => {
    const { stores } = await filled();
    const traces = await checkedLog(stores);
    await traces.appendFeedback("acme", body("old", 5000));
    await traces.appendFeedback("acme", body("young", 3000));
    expect(await stores.retention.retain({ openings: 2000 }, { at: AT })).toMatchObject({ openings: 1, entries: 0 });
    expect(await stores.decisionKeys.opening(some("old"))).toBeUndefined();
    // That on the old decision is too young, that on the young one stays with it.
    expect(await stores.retention.retain({ decisions: 4000 }, { at: AT })).toMatchObject({ entries: 2 });
    expect(await stores.traces.find({ kind: "feedback" })).toEqual([3, 4]);
    expect(await stores.retention.retain({ decisions: 6000 }, { at: AT })).toMatchObject({ entries: 1 });
    const log = await checkedLog(stores);
    expect((await log.trace(some("young")))?.feedback).toHaveLength(1);
    expect(await log.feedback(some("old"), "acme")).toEqual([]);
    await expect(log.trace(some("old"))).rejects.toMatchObject({ code: "Expired" });
  });
});
