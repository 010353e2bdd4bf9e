import { describe, expect, it, vi } from "vitest";

import { asInstance, parseGatewayConfig } from "../src/index.ts";
import { SharedFollower } from "../src/wiring/replicas/shared-follower.ts";
import type { SharedRevisions } from "../src/wiring/replicas/shared-news.ts";
import { snapshotFreshness } from "../src/wiring/replicas/snapshot-freshness.ts";

const START = 1_764_000_000_000;

/** A follower in a time of its own, of a database whose answers take as long as is said. */
class Stage {
  us = 0;
  wallMs = START;
  timers: { readonly at: number; readonly wake: () => void }[] = [];
  revisions: SharedRevisions = { registry: 1, policies: 1, keys: 1 };
  answerMs = 0;
  away = false;
  asked = 0;
  readonly refreshed: string[] = [];
  readonly faults: unknown[] = [];
  news: () => void = () => undefined;
  line: (connected: boolean) => void = () => undefined;
  readonly follower: SharedFollower;

  constructor() {
    const refreshing = (kind: string) => (): Promise<void> => {
      this.refreshed.push(kind);
      return Promise.resolve();
    };
    this.follower = new SharedFollower({
      news: {
        revisions: () => {
          this.asked += 1;
          this.pass(this.answerMs);
          return this.away ? Promise.reject(new Error("away")) : Promise.resolve(this.revisions);
        },
        listen: (onNews, onLine) => {
          this.news = onNews;
          this.line = onLine;
          return () => Promise.resolve();
        },
      },
      refresh: { registry: refreshing("registry"), policies: refreshing("policies"), keys: refreshing("keys") },
      clock: {
        nowUs: () => this.us,
        setTimer: (delayUs, wake) => {
          const timer = { at: this.us + delayUs, wake };
          this.timers.push(timer);
          return () => { this.timers = this.timers.filter((each) => each !== timer); };
        },
      },
      now: () => this.wallMs,
      pollMs: 1000,
      chance: () => 1,
      onFault: (fault) => this.faults.push(fault),
    });
  }

  pass(ms: number): void {
    this.us += ms * 1000;
    this.wallMs += ms;
  }

  /** Lets the next timer ring. @returns after how many milliseconds */
  async ring(): Promise<number> {
    const [next] = this.timers.splice(0);
    if (next === undefined) throw new Error("No timer is set.");
    const ms = (next.at - this.us) / 1000;
    this.pass(ms);
    const { asked } = this;
    next.wake();
    await vi.waitFor(() => { expect([this.asked > asked, this.timers.length]).toEqual([true, 1]); }, { timeout: 20_000 });
    return ms;
  }
}

describe("following what others change", () => {
  it("counts what it knows as confirmed from when it asked, and not from when it was answered", async () => {
    const stage = new Stage();
    stage.answerMs = 300;
    await stage.follower.start();
    expect(stage.refreshed).toEqual(["registry", "policies", "keys"]);
    expect(stage.follower.ageMs("registry")).toBe(300);
    stage.pass(250);
    expect(stage.follower.ageMs("keys")).toBe(550);
  });

  it("takes over what has changed, by its kind, when it is told, when the line comes back and at its interval", async () => {
    const stage = new Stage();
    await stage.follower.start();
    stage.refreshed.length = 0;
    stage.revisions = { registry: 2, policies: 1, keys: 1 };
    stage.news();
    await vi.waitFor(() => { expect(stage.refreshed).toEqual(["registry"]); }, { timeout: 20_000 });
    stage.revisions = { registry: 2, policies: 1, keys: 5 };
    stage.line(true);
    await vi.waitFor(() => { expect(stage.refreshed).toEqual(["registry", "keys"]); }, { timeout: 20_000 });
    stage.revisions = { registry: 2, policies: 9, keys: 5 };
    await vi.waitFor(() => { expect(stage.timers).toHaveLength(1); }, { timeout: 20_000 });
    expect(await stage.ring()).toBe(1000);
    expect(stage.refreshed).toEqual(["registry", "keys", "policies"]);
    expect(stage.follower.counts).toMatchObject({ catchUps: 4, failures: 0, connects: 1, connected: true });
  });

  it("asks once more if it is told of something while it asks", async () => {
    const stage = new Stage();
    await stage.follower.start();
    stage.news();
    stage.news();
    stage.news();
    await vi.waitFor(() => { expect([stage.asked, stage.timers.length]).toEqual([3, 1]); }, { timeout: 20_000 });
  });

  it("grows older while nobody answers, comes back by longer and longer pauses, and tells of that once", async () => {
    const stage = new Stage();
    await stage.follower.start();
    stage.away = true;
    const pauses = [await stage.ring(), await stage.ring(), await stage.ring(), await stage.ring(), await stage.ring()];
    expect(pauses).toEqual([1000, 1000, 2000, 4000, 5000]);
    expect([stage.follower.ageMs("registry"), stage.faults.length, stage.follower.counts.failures]).toEqual([13_000, 1, 5]);
    stage.away = false;
    await stage.ring();
    expect([stage.follower.ageMs("registry"), stage.follower.counts.failures]).toEqual([0, 5]);
    stage.away = true;
    await stage.ring();
    expect(stage.faults).toHaveLength(2);
  });

  it("is as old as the clock says that says more: one may be set back, the other may sleep with the machine", async () => {
    const stage = new Stage();
    await stage.follower.start();
    stage.us += 2_000_000;
    stage.wallMs -= 3_600_000;
    expect(stage.follower.ageMs("registry")).toBe(2000);
    stage.wallMs += 3_600_000 + 9000;
    expect(stage.follower.ageMs("registry")).toBe(9000);
  });

  it("does not follow a database that was put back to an older copy", async () => {
    const stage = new Stage();
    stage.revisions = { registry: 7, policies: 1, keys: 1 };
    await stage.follower.start();
    stage.revisions = { registry: 6, policies: 1, keys: 1 };
    await stage.ring();
    expect(stage.faults[0]).toMatchObject({ code: "IntegrityViolation", details: { reason: "rolled_back", kind: "registry" } });
    expect(stage.follower.ageMs("registry")).toBe(1000);
  });

  it("says the age of what a decision stands on, or lets none be made, as the configuration wants", () => {
    const ages = { registry: 4000, policies: 6000, keys: 0 };
    const of = (stale: "say" | "refuse"): ReturnType<typeof snapshotFreshness> =>
      snapshotFreshness({ ageMs: (kind) => ages[kind] }, parseGatewayConfig(`caio_gateway: 1\nreplicas: { stale: ${stale}, stale_after_ms: 5000 }\n`).replicas);
    expect(of("say")()).toEqual({ registry: { confirmedMsAgo: 4000, boundMs: 5000 }, policy: { confirmedMsAgo: 6000, boundMs: 5000 } });
    expect(() => of("refuse")()).toThrow(expect.objectContaining({ code: "ServiceUnavailable" }) as Error);
  });
});

describe("the configuration of an instance", () => {
  it("has the instance's name after the origin, from the file or from outside", () => {
    const config = parseGatewayConfig("caio_gateway: 1\norigin: caio.example\nstore: { postgres: {} }\ninstance: eu_1\n");
    expect([config.origin, config.store]).toEqual(["caio.example/eu_1", { urlEnv: "CAIO_DATABASE_URL", schema: "caio" }]);
    expect(asInstance(config, "eu_2")).toMatchObject({ instance: "eu_2", origin: "caio.example/eu_2" });
    expect(asInstance(parseGatewayConfig("caio_gateway: 1\norigin: caio.example\n"), "a").origin).toBe("caio.example/a");
    expect(() => asInstance(config, "EU 1")).toThrow(/name/);
    for (const wrong of ["instance: EU", "store: {}", "store: { postgres: { schema: Caio } }", "store: { postgres: { url_env: 'postgres://x' } }", "replicas: { stale: never }"]) {
      expect(() => parseGatewayConfig(`caio_gateway: 1\n${wrong}\n`), wrong).toThrow();
    }
  });
});
