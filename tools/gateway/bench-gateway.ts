/**
 * `npm run bench:gateway` (`tsx -C @caio/source tools/gateway/bench-gateway.ts [--ms N] [--rounds N] [--warm MS] [--portkey DIR] [--profile DIR] [--json]`):
 * what a gateway adds, beside a bare proxy and another gateway: one machine, one run, one fake upstream, one load generator, one payload.
 * The command must be built (`npx tsc -b packages/cli/tsconfig.lib.json`). `--portkey` names a folder in which @portkey-ai/gateway is
 * installed; without it (b) is left out. `--profile` also writes CPU profiles of (c) there and prints who takes the time.
 */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { hotPackages, hotSpots } from "./bench/hot-spots.ts";
import { measure, type Measured, type MeasuredWithCpu } from "./bench/load.ts";
import { startBare, startCaio, startPortkey, startUpstream, type Subject } from "./bench/subjects.ts";

const { values } = parseArgs({
  options: { ms: { type: "string", default: "3000" }, rounds: { type: "string", default: "3" }, warm: { type: "string", default: "10000" }, portkey: { type: "string" }, profile: { type: "string" }, json: { type: "boolean", default: false } },
});
const rounds = Number(values.rounds);
const measureMs = Number(values.ms);
const together = [1, 16, 64];

interface Row {
  readonly name: string;
  readonly plain: readonly MeasuredWithCpu[];
  readonly firstEvent: Measured;
  readonly coldStartMs: number;
  readonly rssMiB: number | undefined;
}

function bodyOf(streamed: boolean): string {
  const messages = [{ role: "system", content: "You answer briefly." }, { role: "user", content: "Say it again. ".repeat(60) }];
  return JSON.stringify({ model: "caio:auto", temperature: 0.2, messages, metadata: { tokens: "20" }, ...(streamed ? { stream: true } : {}) });
}

/** The middle of several rounds, each value by itself. */
function medianOf(all: readonly MeasuredWithCpu[]): MeasuredWithCpu {
  const middle = (value: (each: MeasuredWithCpu) => number): number => all.map(value).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
  return { requests: middle((each) => each.requests), served: middle((each) => each.served), failed: all.reduce((sum, each) => sum + each.failed, 0), perSecond: middle((each) => each.perSecond), p50: middle((each) => each.p50), p99: middle((each) => each.p99), cpuMs: middle((each) => each.cpuMs) };
}

/** Rounds go through all subjects in turn, so that what disturbs the machine disturbs all of them. */
async function measureAll(subjects: readonly Subject[], count: number, streamed: boolean): Promise<ReadonlyMap<Subject, MeasuredWithCpu>> {
  const found = new Map<Subject, MeasuredWithCpu[]>(subjects.map((subject) => [subject, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const subject of subjects) {
      process.stderr.write(`${streamed ? "first event" : `c = ${String(count)}`}, round ${String(round)} of ${String(rounds)}: ${subject.name}\n`);
      const before = subject.child.cpuMs() ?? Number.NaN;
      const measured = await measure({ url: subject.url, headers: subject.headers, body: bodyOf(streamed), together: count, streamed, warmUpMs: 1000, measureMs });
      found.get(subject)?.push({ ...measured, cpuMs: ((subject.child.cpuMs() ?? Number.NaN) - before) / measured.served });
    }
  }
  return new Map([...found].map(([subject, all]) => [subject, medianOf(all)]));
}

function table(rows: readonly Row[]): string {
  const [base] = rows;
  const ms = (value: number | undefined): string => (value === undefined ? "?" : value.toFixed(2));
  const cells = (row: Row): readonly string[] => row.plain.flatMap((each, index) => {
    const before = base?.plain[index];
    const added = row === base ? `${ms(each.p50)} | ${ms(each.p99)}` : `+${ms(each.p50 - (before?.p50 ?? 0))} | +${ms(each.p99 - (before?.p99 ?? 0))}`;
    return [added, each.perSecond.toFixed(0), ms(each.cpuMs)];
  });
  const head = ["through", ...together.flatMap((count) => [`p50 ms, c = ${String(count)}`, "p99 ms", "requests/s", "CPU ms a request"]), "first event p50 ms", "RSS MiB", "cold start s", "failed"];
  const lines = rows.map((row) => {
    const failed = [...row.plain, row.firstEvent].reduce((sum, each) => sum + each.failed, 0);
    return `| ${row.name} | ${cells(row).join(" | ")} | ${ms(row.firstEvent.p50)} | ${row.rssMiB?.toFixed(0) ?? "?"} | ${(row.coldStartMs / 1000).toFixed(2)} | ${String(failed)} |`;
  });
  return `| ${head.join(" | ")} |\n|---|${head.slice(1).map(() => "--:|").join("")}\n${lines.join("\n")}\n`;
}

const upstream = await startUpstream();
const base = upstream.url.replace(/\/chat\/completions$/, "");
const portkeyFolder = values.portkey ?? join(tmpdir(), "caio-bench-portkey");
const portkey = existsSync(portkeyFolder) ? await startPortkey(portkeyFolder, base) : undefined;
const flags = values.profile === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", values.profile];
const subjects = [upstream, await startBare(base), ...(portkey === undefined ? [] : [portkey]), await startCaio(base, flags), await startCaio(base, [], false)];
const begun = performance.now();
try {
  // Nobody is measured while its code is still being compiled: each serves the same for a while first.
  for (const subject of subjects) {
    process.stderr.write(`warming up: ${subject.name}\n`);
    await measure({ url: subject.url, headers: subject.headers, body: bodyOf(false), together: 16, streamed: false, warmUpMs: 0, measureMs: Number(values.warm) });
  }
  const plain: ReadonlyMap<Subject, MeasuredWithCpu>[] = [];
  for (const count of together) plain.push(await measureAll(subjects, count, false));
  const first = await measureAll(subjects, 1, true);
  const nothing: MeasuredWithCpu = { requests: 0, served: 0, failed: 0, perSecond: 0, p50: 0, p99: 0, cpuMs: 0 };
  const rows = subjects.map((subject): Row => ({
    name: subject.name, plain: plain.map((each) => each.get(subject) ?? nothing), firstEvent: first.get(subject) ?? nothing, coldStartMs: subject.child.coldStartMs, rssMiB: subject.child.rssMiB(),
  }));
  process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : table(rows));
} finally {
  for (const subject of [...subjects].reverse()) await subject.child.stop();
}
const note = portkey === undefined ? " (b) @portkey-ai/gateway is not installed in the folder of --portkey: left out." : "";
if (!values.json) process.stdout.write(`\nMedians of ${String(rounds)} rounds of ${String(measureMs)} ms; latencies are what is added to the first row.${note}\n`);
if (values.profile !== undefined) {
  // What came before the first measurement was the start.
  const servingMs = performance.now() - begun;
  const percent = ({ place, share }: { readonly place: string; readonly share: number }): string => `  ${(share * 100).toFixed(1)} % ${place}`;
  process.stderr.write(`Own time of (c) by package:\n${hotPackages(values.profile, 15, servingMs).map(percent).join("\n")}\nby function:\n${hotSpots(values.profile, 25, servingMs).map(percent).join("\n")}\n`);
}
