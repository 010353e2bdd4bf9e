import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { digest, sha256Hex, canonicalJson, type JsonValue } from "@caio/core";
import type { HistoryLeaf } from "@caio/contracts";
import { TraceabilitySystem, type Certificate, type TraceBody } from "@caio/traceability";

import { openSqlStores, type SqlStores } from "../src/index.ts";

/**
 * How long decisions wait for their commit while retention removes others, and how fast it removes them:
 * `npx tsx -C @caio/source packages/store-sql/scripts/retain-rate.ts [decisions]`.
 */
const DECISIONS = Number(process.argv[2] ?? 10_000);
const CERTIFICATE_BYTES = 20_000;
const PAIRS = 20;
const PROBES = 300;

const filler = "x".repeat(CERTIFICATE_BYTES);

function decided(name: JsonValue, now: number, history: number): { readonly body: TraceBody; readonly certificate: Certificate } {
  const certificate = { decisionId: digest(name), filler, outcome: { kind: "refused" }, verdicts: [] } as unknown as Certificate;
  const version = { version: 1, digest: digest("version") };
  const inputs = { registry: version, policy: version, history: { version: history, digest: digest(["h", history]) } };
  const body: TraceBody = { decisionId: digest(name), now, certificate: sha256Hex(canonicalJson(certificate)), inputs, requestDigest: digest("q"), outcome: "chosen", selected: { service: "ident", model: null }, parent: null };
  return { body, certificate };
}

async function append(traces: TraceabilitySystem, name: JsonValue, now: number, history = 1): Promise<void> {
  const { body, certificate } = decided(name, now, history);
  await traces.appendDecision("acme", body, certificate, { decisionKey: digest("key"), disclosed: canonicalJson({ filler: filler.slice(0, 500) }) });
}

async function fill(stores: SqlStores, traces: TraceabilitySystem): Promise<void> {
  const versions = DECISIONS / 10;
  const doubles = (count: number): number[] => Array.from({ length: count }, (_, at) => at / 7);
  let leaves: HistoryLeaf[] = [];
  for (let version = 1; version <= versions; version++) {
    const leaf: HistoryLeaf = { service: `s${String(version % PAIRS)}`, model: null, health: "healthy", promises: [], outcomes: version, violations: 0, learned: { theta: doubles(16), inverse: doubles(256) }, memory: doubles(128) };
    leaves = [...leaves.filter(({ service }) => service !== leaf.service), leaf].sort((a, b) => (a.service < b.service ? -1 : 1));
    await stores.history.append({ version, leaves });
    await Promise.all(Array.from({ length: 10 }, (_, at) => append(traces, [version, at], version, version)));
  }
}

/** Milliseconds that single decisions waited, one after another. */
async function waits(traces: TraceabilitySystem, name: string, until: () => boolean): Promise<readonly number[]> {
  const times: number[] = [];
  for (let at = 0; !until() || times.length === 0; at++) {
    const from = performance.now();
    await append(traces, [name, at], 2_000_000_000_000);
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b);
}

function told(times: readonly number[]): string {
  const at = (share: number): string => (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0).toFixed(1);
  return `${String(times.length)} decisions, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`;
}

const folder = mkdtempSync(join(tmpdir(), "caio-retain-"));
const file = join(folder, "caio.db");
const stores = await openSqlStores({ file });
try {
  const traces = await TraceabilitySystem.open(stores.traces);
  await fill(stores, traces);
  console.log(`filled: ${(statSync(file).size / 1e6).toFixed(0)} MB`);
  let probes = 0;
  console.log(`alone: ${told(await waits(traces, "alone", () => ++probes > PROBES))}`);
  for (const [part, cutoffs] of [["openings", { openings: 1e9 }], ["certificates and versions of H", { certificates: 1e9 }], ["entries", { decisions: 1e9 }]] as const) {
    let ended = false;
    const from = performance.now();
    const run = stores.retention.retain(cutoffs, { at: 1 }).then((report) => { ended = true; return report; });
    const times = await waits(traces, part, () => ended);
    console.log(`while ${part} go: ${told(times)}; ${JSON.stringify(await run)} in ${((performance.now() - from) / 1000).toFixed(1)} s`);
  }
} finally {
  await stores.close();
  rmSync(folder, { recursive: true });
}
