import type { Breakage } from "../invariants/breakage.ts";
import type { Score } from "../invariants/score-invariant.ts";
import type { Scorecard } from "./scorecard.ts";

/** The scorecard as a table of text: a line for each invariant, the reasons under those that are RED. */
export function scoreTable({ scores, seed, cases, seconds, red, broken }: Scorecard): string {
  const rows = scores.map((score) => [score.status, score.invariant, casesText(score), faultsText(score), secondsText(score)]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = scores.flatMap((score, at) => {
    const cells = (rows[at] ?? []).map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)));
    return [cells.join("  ").trimEnd(), ...score.reasons.map((reason) => `  ${reason}`)];
  });
  const build = broken === null ? "" : `, of a build with the fault ${broken}`;
  const head = `seed ${String(seed)}, at least ${countText(cases)} cases for each check${build}`;
  return [head, ...lines, `${String(scores.length)} invariants, ${String(red)} RED, ${seconds.toFixed(1)} s`].join("\n");
}

/** What each check said something of: "10 031 worlds, 10 019 plans". */
export function casesText({ checks }: Score): string {
  return checks.map(({ cases, of }) => `${countText(cases)} ${of}`).join(", ");
}

export function faultsText({ faults: { caught, injected } }: Score): string {
  return `${String(new Set(caught.map(({ fault }) => fault)).size)}/${String(injected.length)} faults`;
}

export function secondsText({ ms }: Score): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Thousands apart. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, "\u202f");
}

/** The builds that can be broken on purpose, and what turns RED. */
export function breakageTable(breakages: readonly Breakage[]): string {
  const width = Math.max(...breakages.map(({ fault }) => fault.id.length));
  const lines = breakages.map(({ fault, breaks }) => `${fault.id.padEnd(width)}  ${fault.title}\n${" ".repeat(width)}  RED: ${breaks.join(" ")}`);
  return [...lines, `${String(breakages.length)} builds: npm run scorecard -- --broken NAME`].join("\n");
}

/** Whether just those invariants are RED that name the breakage. */
export function verdictOnBreakage({ scores }: Scorecard, { fault, breaks }: Breakage): string {
  const red = scores.filter(({ status }) => status === "RED").map(({ invariant }) => invariant);
  const shown = breaks.filter((id) => scores.some(({ invariant }) => invariant === id));
  const unbound = red.filter((id) => !breaks.includes(id));
  const unseen = shown.filter((id) => !red.includes(id));
  const differences = [
    ...(unbound.length === 0 ? [] : [`RED and not named by the breakage: ${unbound.join(", ")}.`]),
    ...(unseen.length === 0 ? [] : [`Named by the breakage and GREEN: ${unseen.join(", ")}.`]),
  ];
  const asBound = "The invariants that name it are RED, and all others are GREEN.";
  return `${fault.id}: ${fault.title} (${fault.file}). ${differences.length === 0 ? asBound : differences.join(" ")}`;
}
