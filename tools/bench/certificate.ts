/**
 * `npm run bench:certificate [-- --services 1000 --rules 100 --runs 5 --iterations 300 --json]`: what a certificate costs at 20 and
 * 100 candidates, in bytes and in microseconds, beside the same decision without it (steps 0 to 7).
 */
import { parseArgs } from "node:util";

import { canonicalJson } from "@caio/core";
import { createBundle } from "@caio/orchestrator";
import { generateSigningKey, type BundleLog } from "@caio/traceability";

import { benchWorld, type BenchWorld } from "./bench-world.ts";
import { stepNames, timedDecision } from "./decision-steps.ts";
import { overRuns, percentilesOf } from "./percentiles.ts";

const { values } = parseArgs({
  options: {
    services: { type: "string", default: "1000" },
    rules: { type: "string", default: "100" },
    runs: { type: "string", default: "5" },
    iterations: { type: "string", default: "300" },
    json: { type: "boolean", default: false },
  },
});
const CERTIFYING = stepNames[stepNames.length - 1];

/** Microseconds at the median, per run. */
interface Cost {
  readonly candidates: number;
  readonly certificateBytes: number;
  readonly entryBytes: number;
  readonly bundleBytes: number;
  readonly without: readonly number[];
  readonly certificate: readonly number[];
}

const costs = [20, 100].map(costAt);
console.log(values.json ? JSON.stringify(costs) : table(costs));

function costAt(candidates: number): Cost {
  const world = benchWorld({ services: Number(values.services), rules: Number(values.rules), candidates });
  let turn = 0;
  const decide = (): { readonly without: number; readonly certificate: number } => {
    turn += 1;
    const request = { ...world.request, decisionKey: turn.toString(16).padStart(64, "0") };
    let [without, certificate] = [0, 0];
    timedDecision({ ...world, request }, () => performance.now(), (step, ms) => {
      if (step === CERTIFYING) certificate += 1000 * ms;
      else without += 1000 * ms;
    });
    return { without, certificate };
  };
  for (let warmup = 0; warmup < 200; warmup++) decide();
  const runs = Array.from({ length: Number(values.runs) }, () => {
    const samples = Array.from({ length: Number(values.iterations) }, decide);
    return {
      without: percentilesOf(samples.map((sample) => sample.without)).p50,
      certificate: percentilesOf(samples.map((sample) => sample.certificate)).p50,
    };
  });
  return {
    candidates,
    ...sizesOf(world),
    without: runs.map((run) => run.without),
    certificate: runs.map((run) => run.certificate),
  };
}

/** Bytes of canonical JSON, with no version logged: a log adds up to four entries with a path of 32 bytes a level each, and a checkpoint. */
function sizesOf({ request, inputs: logged }: BenchWorld): Pick<Cost, "certificateBytes" | "entryBytes" | "bundleBytes"> {
  const { registry, policy, history } = logged;
  const inputs = { registry: { ...registry, logIndex: null }, policy: { ...policy, logIndex: null }, history: { ...history, logIndex: null } };
  const decision = timedDecision({ request, inputs }, () => 0, () => undefined);
  const entry = { index: 0, proof: [], entry: { kind: "decision", tenant: request.principal.tenant, body: decision.trace, prev: null } } as const;
  const log: BundleLog = { checkpoint: "", entries: { decision: entry, registry: null, policy: null, history: null } };
  return {
    certificateBytes: Buffer.byteLength(canonicalJson(decision.certificate)),
    entryBytes: Buffer.byteLength(canonicalJson(decision.trace)),
    bundleBytes: createBundle({ request, inputs, decision, log }, generateSigningKey()).length,
  };
}

function table(rows: readonly Cost[]): string {
  const head = `|R| = ${values.services}, |P| = ${values.rules}; ${values.runs} runs of ${values.iterations} decisions; medians in µs with the least and the most\n\n`;
  const lines = rows.map(({ candidates, certificateBytes, entryBytes, bundleBytes, without, certificate }) =>
    `| ${[candidates, overRuns(without), overRuns(certificate), certificateBytes, entryBytes, bundleBytes].join(" | ")} |`,
  );
  return `${head}| candidates | decision without | certificate adds | certificate, bytes | log entry, bytes | bundle, bytes |\n|---|---|---|---|---|---|\n${lines.join("\n")}`;
}
