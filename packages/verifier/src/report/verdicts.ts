import { residuals } from "../calculus/limits.ts";
import { matching } from "../calculus/matching.ts";
import { facesRule, viewsOf, type Answer } from "../calculus/rules.ts";
import { nameOf, once, Withheld, type Pair, type Scene } from "../calculus/scene.ts";
import { frameOf, scoreOf, termsOf } from "../calculus/score.ts";
import { security } from "../calculus/security.ts";
import { canonical, same } from "../json/json.ts";
import type { Admitted, Verdict } from "../shape/certificate-shape.ts";
import type { Checks } from "./report.ts";

type Clause = readonly [step: number, name: string, holds: () => boolean];
const limits = ["safety", "policy", "traits", "budget", "latency"] as const;

/** What each rule in force says of a pair; asked once, when it is needed. */
type Answers = () => readonly (() => Answer)[];

function answersOf(scene: Scene, pair: Pair): Answers {
  const views = once(() => viewsOf(scene, pair));
  return once(() => scene.rules().map((rule) => once(() => facesRule(scene, rule, views))));
}

/** All clauses that a pair meets, in order (calculus §1); rules that are not known stand as one clause that is withheld. */
function clausesOf(scene: Scene, pair: Pair, answers: Answers): Clause[] {
  return [
    ...matching.map(([name, holds]): Clause => [1, name, () => holds(scene, pair)]),
    ...ruleClauses(scene, answers),
    ...security.map(([name, holds]): Clause => [3, name, () => holds(scene, pair)]),
    ...limits.map((name): Clause => [4, name, () => Object.values(residuals[name](scene, pair)).every((value) => typeof value !== "number" || value <= 0)]),
  ];
}

function ruleClauses(scene: Scene, answers: Answers): Clause[] {
  try {
    const all = answers();
    return scene.rules().map(({ id }, at): Clause => [2, `rule:${id}`, () => all[at]?.().holds === true]);
  } catch (error) {
    if (!(error instanceof Withheld)) throw error;
    return [[2, "", () => { throw error; }]];
  }
}

/** Redoes every verdict: the clause named is the first that fails, an admitted pair fails none and its numbers follow. */
export function checkVerdicts(scene: Scene, pairs: readonly Pair[], checks: Checks): void {
  const { verdicts } = scene.certificate;
  const frame = once(() => frameOf(scene, pairs.filter((_pair, at) => verdicts[at]?.step === 0)));
  let before: Admitted | undefined;
  for (const [at, pair] of pairs.entries()) {
    const verdict = verdicts[at];
    if (verdict === undefined) continue;
    const name = nameOf(pair);
    const answers = answersOf(scene, pair);
    checks.run(`verdict.${name}`, () => verdictProblem(clausesOf(scene, pair, answers), verdict));
    if (!("terms" in verdict)) continue;
    const sibling = before?.service === pair.service ? before : verdict;
    const { model, cost, risk, latency } = verdict.terms;
    checks.run(`residuals.${name}`, () => residualsProblem(scene, pair, verdict));
    checks.equal(`terms.${name}`, { model, cost, risk, latency }, () => termsOf(scene, pair, frame()));
    checks.run(`features.${name}`, () => featuresProblem(scene, pair, verdict, sibling), "attested");
    checks.equal(`prefer.${name}`, verdict.prefer, () => answers().reduce((sum, answer) => sum + answer().prefer, 0));
    checks.equal(`score.${name}`, verdict.score, () => scoreOf(verdict, scene.base));
    before = verdict;
  }
}

function verdictProblem(clauses: readonly Clause[], verdict: Verdict): string | undefined {
  let withheld: Withheld | undefined;
  const holds = (clause: Clause): boolean | undefined => {
    try {
      return clause[2]();
    } catch (error) {
      if (!(error instanceof Withheld)) throw error;
      withheld ??= error;
      return undefined;
    }
  };
  for (const clause of clauses) {
    const [step, name] = clause;
    const named = "clause" in verdict && step === verdict.step && (name === verdict.clause || name === "");
    const answer = holds(clause);
    if (named ? answer === true : answer === false) return named ? `it passes ${name}` : `it fails ${name} (step ${String(step)})`;
    if (!named) continue;
    if (withheld !== undefined) throw withheld;
    return undefined;
  }
  if ("clause" in verdict) return `there is no clause ${verdict.clause.slice(0, 150)} at step ${String(verdict.step)}`;
  if (withheld !== undefined) throw withheld;
  return undefined;
}

function residualsProblem(scene: Scene, pair: Pair, verdict: Admitted): string | undefined {
  let withheld: Withheld | undefined;
  for (const name of limits) {
    if (Object.values(verdict.residuals[name]).some((value) => typeof value === "string" || Number(value) > 0)) return `${name} is not met although the pair is admitted`;
    try {
      const computed = residuals[name](scene, pair);
      if (!same(computed, verdict.residuals[name])) return `${name} is ${canonical(verdict.residuals[name])}, recomputed ${canonical(computed)}`;
    } catch (error) {
      if (!(error instanceof Withheld)) throw error;
      withheld ??= error;
    }
  }
  if (withheld !== undefined) throw withheld;
  return undefined;
}

/** The four features are the router's word, but are 0 where there is nothing to compute them from, and those of the service are one for all its models. */
function featuresProblem({ request }: Scene, { leaf, inert }: Pair, { terms }: Admitted, { terms: others }: Admitted): string | undefined {
  if (terms.rl !== 0 && (leaf?.learned ?? null) === null) return "rl is not 0 without a learned leaf";
  if (terms.resonance !== 0 && (leaf?.memory ?? null) === null) return "resonance is not 0 without a memory field";
  if (inert && (terms.intent !== 0 || terms.attention !== 0)) return "intent or attention is not 0 although the encoding is";
  if (others.intent !== terms.intent || others.attention !== terms.attention) return "intent or attention is not that of the service's other models";
  if (terms.attention === 0) return undefined;
  try {
    return (request.get("context") ?? []).length === 0 ? "attention is not 0 without context" : undefined;
  } catch {
    return undefined;
  }
}
