import { parsePolicySet } from "@caio/rules";
import { issueApiKey } from "@caio/security";
import { ServiceRegistry } from "@caio/registry";
import { CheckpointSigner, generateSigningKey, KeyRing, type TraceabilitySystem } from "@caio/traceability";
import type { HistoryLeaf } from "@caio/contracts";
import fc from "fast-check";

import type { SqlStores } from "../../src/index.ts";
import { checkedLog, logAll } from "./kept-log.ts";
import { registrationOf, some } from "./records.ts";

/** What a random store was filled by: how many of each. */
export interface Filling {
  readonly services: number;
  readonly policies: number;
  readonly keys: number;
  readonly holds: number;
  readonly versions: number;
  readonly decisions: number;
  readonly signed: boolean;
  /** Before which decision retention works; 0: not at all. */
  readonly retained: number;
  readonly words: string;
}

/** Any store. Words are what texts of callers and operators may hold. */
export const fillings: fc.Arbitrary<Filling> = fc.record({
  services: fc.nat(4),
  policies: fc.nat(3),
  keys: fc.nat(3),
  holds: fc.nat(3),
  versions: fc.nat(20),
  decisions: fc.nat(24),
  signed: fc.boolean(),
  retained: fc.nat(12),
  words: fc.string({ unit: fc.constantFrom("a", "\"", "\\", "\n", "ä", "☃", "𝄞", "\u0001", " ", "[", "{", "\u2028"), maxLength: 8 }),
});

/** A filling with some of everything. */
export const someOfAll: Filling = { services: 3, policies: 2, keys: 2, holds: 2, versions: 20, decisions: 24, signed: true, retained: 8, words: "ä\"\\\n☃" };

const signingKey = generateSigningKey();
/** Who signs the checkpoints of filled stores. */
export const keys = KeyRing.of("caio.example/log", signingKey);

/** Fills a store that is empty. */
export async function fill(stores: SqlStores, filling: Filling): Promise<TraceabilitySystem> {
  const { services, policies, versions, decisions, signed, retained, words } = filling;
  const registry = await ServiceRegistry.open(stores.registry);
  for (let at = 0; at < services; at++) await registry.apply([{ kind: "register", ...registrationOf(`s${String(at)}`) }]);
  if (services > 1) await registry.apply([{ kind: "drain", serviceId: "s0" }, { kind: "deregister", serviceId: "s1" }]);
  for (let at = 0; at < policies; at++) {
    await stores.policies.put(parsePolicySet(`caio_policy: 1\nid: p${String(at % 2)}\nlimits: { deadline_ms: ${String(1000 + at)} }\n`), { actor: `x${words}`, at: 1000 + at, reason: words });
  }
  await fillAccess(stores, filling);
  const leaf = (version: number): HistoryLeaf => ({ service: `s${String(version % 3)}`, model: null, health: "healthy", promises: [], outcomes: version, violations: 0 });
  for (let version = 1; version <= versions; version++) await stores.history.append({ version, leaves: version % 5 === 0 ? [] : [leaf(version)] });
  const traces = await checkedLog(stores);
  if (decisions > 0) await traces.appendVersion("policy", null, { version: 1, digest: some("policy") });
  const all = Array.from({ length: decisions }, (_, at) => ({ kind: at % 3 === 2 ? ("outcome" as const) : ("decision" as const), name: `d${String(at % 3 === 2 ? at - 1 : at)}`, time: at * 1000, history: Math.max(1, Math.min(versions, at)), tenant: "acme" }));
  await logAll(stores, traces, all);
  if (signed) await (await CheckpointSigner.open({ log: traces, keys, store: stores.checkpoints, intervalMs: 0 })).sign(5000);
  if (retained > 0) await stores.retention.retain({ decisions: retained * 1000, certificates: (retained + 2) * 1000, openings: (retained + 4) * 1000 }, { at: 9000 });
  return traces;
}

async function fillAccess(stores: SqlStores, { keys: count, holds }: Filling): Promise<void> {
  let at = 0;
  const random = (size: number): Uint8Array => Buffer.alloc(size, ++at);
  for (let key = 0; key < count; key++) {
    const { record } = issueApiKey({ subject: "caller", issuer: "house", tenant: "acme", permissions: ["chat"], trust: 3 }, { now: 1000, random, ...(key === 0 ? { limits: { budget: { dayMicros: 1000 } } } : {}) });
    await stores.keys.add(record);
    if (key === 1) await stores.keys.revoke(record.keyId, 2000);
  }
  for (let hold = 0; hold < holds; hold++) {
    await stores.budgets.reserve({ id: `h${String(hold)}`, keyId: "k", amountMicros: 10 + hold, limits: {}, now: 86_400_000 });
    if (hold === 1) await stores.budgets.settle("h1", 5);
  }
}
