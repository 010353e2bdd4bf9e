import { stepNames } from "../decision-steps.ts";
import { overRuns, type Percentiles } from "../percentiles.ts";
import type { Machine } from "../run/machine.ts";
import type { MemoryUse } from "../run/memory.ts";
import { logNames, type DecisionFigures, type Effort } from "./decision-part.ts";
import { nameOf, type GrowthFigures } from "./growth-part.ts";
import type { RegistrationFigures, SwapFigures, Taken } from "./registry-part.ts";

/** What the figures below it were taken on. */
export function machineLine(facts: Machine, { rounds, iterations }: Effort): string {
  return `${facts.cpu}, ${String(facts.cores)} cores, ${String(facts.memoryGiB)} GiB, Node ${facts.node}, code ${facts.code}; ${String(rounds)} rounds of ${String(iterations)}; median of the rounds with the least and the most`;
}

export function decisionTable({ size, whole, steps, logs }: DecisionFigures): string {
  const head = `\n## One decision: |R| = ${String(size.services)}, |P| = ${String(size.rules)}, ${size.firing === undefined ? "all" : String(size.firing)} can fire, ${String(size.candidates)} candidates; ms\n\n| | p50 | p99 | a second; p10, processor |\n|---|---|---|---|`;
  const ofWhole = (["without certificate", "with certificate"] as const).map((name) => row(name, whole[name], `${overRuns(whole[name].map(({ p10 }) => p10))}, ${overRuns(whole[name].map(({ processor }) => processor))}`));
  const ofLogs = logNames.map((name) => row(`certificate and log, ${name}`, logs[name].map(({ latency }) => latency), overRuns(logs[name].map(({ perSecond }) => perSecond), 0)));
  const ofSteps = stepNames.map((name) => row(`step: ${name}`, steps[name] ?? [], ""));
  return [head, ...ofWhole, ...ofLogs, ...ofSteps].join("\n");
}

export function growthTable(axis: string, { sizes, runs, certified, uncertified, certifiedUndisturbed }: GrowthFigures, goal: number): string {
  const head = `\n## Growth with ${axis}; ms\n\n| |R| | |P| | candidates | | p50 | p99 | |\n|---|---|---|---|---|---|---|`;
  const rows = sizes.flatMap(({ services, rules, candidates }, place) =>
    [false, true].map((with_) => `| ${String(services)} | ${String(rules)} | ${String(candidates)} ${row(with_ ? "with certificate" : "without", runs[nameOf(place, with_)] ?? [], "")}`),
  );
  return [head, ...rows, `\nLast by first, within a round: with certificate ${overRuns(certified)} (by first deciles ${overRuns(certifiedUndisturbed)}), without ${overRuns(uncertified)}; goal at most ${String(goal)}.`].join("\n");
}

export function registrationTable({ contracts, parsing, encoding, together, oneByOne }: RegistrationFigures): string {
  const whole = (registering: readonly Taken[]): readonly Taken[] => registering.map((taken, run) => [taken, parsing[run], encoding[run]].reduce<Taken>((sum, part) => ({ wall: sum.wall + (part?.wall ?? 0), processor: sum.processor + (part?.processor ?? 0) }), { wall: 0, processor: 0 }));
  const head = `\n## ${String(contracts)} contracts from YAML; seconds; goal at most 10 for 10 000\n\n| | s | of the processor |\n|---|---|---|`;
  const rows = Object.entries({ "parse and validate": parsing, encode: encoding, "register, one epoch, with root": together, "register, an epoch each": oneByOne, "all, one epoch": whole(together), "all, an epoch each": whole(oneByOne) });
  return [head, ...rows.map(([name, runs]) => `| ${name} | ${overRuns(runs.map(({ wall }) => wall))} | ${overRuns(runs.map(({ processor }) => processor))} |`)].join("\n");
}

export function swapTable({ services, swap, snapshot, encoding }: SwapFigures): string {
  const head = `\n## One hot swap at |R| = ${String(services)}; ms; goal p99 at most 1\n\n| | p50 | p99 | |\n|---|---|---|---|`;
  return [head, row("snapshot, index, root", swap, ""), row("of it: snapshot and index", snapshot, ""), row("before it: encoding", encoding, "")].join("\n");
}

export function memoryLine({ services, perService }: { readonly services: number; readonly perService: MemoryUse }): string {
  const { heap, buffers, rss } = perService;
  return `\n## Bytes a service, from 10 000 to ${String(10_000 + services)}; goal 8 192 resident\n\nheap ${String(heap)}, buffers ${String(buffers)}, resident ${String(rss)}`;
}

function row(name: string, runs: readonly Percentiles[], last: string): string {
  return `| ${name} | ${overRuns(runs.map(({ p50 }) => p50))} | ${overRuns(runs.map(({ p99 }) => p99))} | ${last} |`;
}
