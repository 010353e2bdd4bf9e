import type { CheckResult } from "../engine/campaign.ts";
import type { Invariant } from "./invariant.ts";

/** One line of the scorecard. */
export interface Score {
  readonly invariant: string;
  readonly status: "GREEN" | "RED";
  /** Why it is RED. */
  readonly reasons: readonly string[];
  readonly checks: readonly CheckScore[];
  /** Cases that its checks said something of. */
  readonly cases: number;
  /** Cases that its checks were shown. */
  readonly generated: number;
  readonly seed: number;
  /** Faults that turned it RED, and all that were built in. */
  readonly faults: { readonly caught: readonly CaughtFault[]; readonly injected: readonly string[] };
  /** That its checks took, without making the cases that several of them share. */
  readonly ms: number;
}

/** One check of an invariant. */
export interface CheckScore {
  readonly check: string;
  /** What it judges. */
  readonly of: string;
  readonly cases: number;
  readonly generated: number;
}

/** A fault that a check failed with, at the first case that showed it. */
export interface CaughtFault {
  readonly fault: string;
  readonly check: string;
  readonly seed: number;
}

/** What a scorecard demands. */
export interface Demands {
  readonly seed: number;
  /** Cases that each check must have said something of. */
  readonly cases: number;
  /** False: the build is broken already, so nothing else is. */
  readonly faults?: boolean;
}

/**
 * GREEN: each check held for as many cases as are demanded, and every fault made it fail. A check that nothing makes fail is RED: it
 * says nothing.
 */
export function scoreInvariant(invariant: Invariant, results: readonly CheckResult[], demands: Demands): Score {
  const bound = results.filter(({ check }) => invariant.checks.includes(check));
  const missing = invariant.checks.filter((name) => !bound.some(({ check }) => check === name)).map((name) => `no check is called ${name}`);
  const broken = bound.flatMap((result) => brokenWhere(result, demands.cases));
  const reasons = [...missing, ...broken, ...(demands.faults === false ? [] : faultReasons(invariant, bound))];
  const caught = bound.flatMap(({ check, faults }) => faults.flatMap(({ fault, seed }): CaughtFault[] => (seed === undefined ? [] : [{ fault, check, seed }])));
  return {
    invariant: invariant.id,
    status: reasons.length === 0 ? "GREEN" : "RED",
    reasons,
    checks: bound.map(({ check, group, judged, generated }) => ({ check, of: group, cases: judged, generated })),
    cases: sum(bound.map(({ judged }) => judged)),
    generated: sum(bound.map(({ generated }) => generated)),
    seed: demands.seed,
    faults: { caught, injected: invariant.faults },
    ms: Math.round(sum(bound.flatMap(({ ms, faults }) => [ms, ...faults.map((fault) => fault.ms)]))),
  };
}

/** An invariant of the calculus that has no file. */
export function scoreMissing(id: string, { seed }: Demands): Score {
  const reasons = [`docs/calculus.md §10 names it, and there is no docs/invariants/${id}.yaml`];
  return { invariant: id, status: "RED", reasons, checks: [], cases: 0, generated: 0, seed, faults: { caught: [], injected: [] }, ms: 0 };
}

function brokenWhere({ check, group, judged, generated, violation }: CheckResult, cases: number): readonly string[] {
  if (violation !== undefined) return [`${check}: ${group} from seed ${String(violation.seed)}: ${violation.says}`];
  if (judged === 0) return [`${check}: no case said anything of it`];
  return judged < cases ? [`${check}: ${String(judged)} of ${String(generated)} ${group} said anything of it, ${String(cases)} were asked for`] : [];
}

function faultReasons(invariant: Invariant, bound: readonly CheckResult[]): readonly string[] {
  const known = bound.flatMap(({ check, faults }) => faults.map((fault) => ({ check, ...fault })));
  const unknown = invariant.faults.filter((name) => !known.some(({ fault }) => fault === name));
  const unlisted = known.filter(({ fault }) => !invariant.faults.includes(fault));
  const survivors = known.filter(({ fault, seed }) => seed === undefined && invariant.faults.includes(fault));
  const idle = bound.filter(({ faults }) => faults.length === 0);
  return [
    ...unknown.map((fault) => `no check knows the fault ${fault}`),
    ...survivors.map(({ check, fault }) => `${check}: the fault ${fault} was not found`),
    ...unlisted.map(({ check, fault }) => `${check}: the file does not name the fault ${fault}`),
    ...idle.map(({ check }) => `${check}: no fault can make it fail`),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
