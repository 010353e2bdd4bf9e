import { residuals } from "../calculus/limits.ts";
import { matching } from "../calculus/matching.ts";
import { facesRule, viewsOf, type Answer } from "../calculus/rules.ts";
import { nameOf, once, Withheld, type Pair, type Scene } from "../calculus/scene.ts";
import { frameOf, scoreOf, termsOf } from "../calculus/score.ts";
import { security } from "../calculus/security.ts";
import type { Admitted, Verdict } from "../shape/certificate-shape.ts";
import type { Checks } from "./report.ts";

/** What the rule at a place in the order says of the pair at hand. */
type Ask = (rule: number) => Answer;
interface Clause {
  readonly step: number;
  readonly name: string;
  readonly holds: (scene: Scene, pair: Pair, ask: Ask) => boolean;
}
const limits = ["safety", "policy", "traits", "budget", "latency"] as const;

/** All clauses in order (calculus §1); rules that are not known stand as one clause that is withheld. */
function clausesOf(scene: Scene): Clause[] {
  return [
    ...matching.map(([name, holds]) => ({ step: 1, name, holds })),
    ...ruleClauses(scene),
    ...security.map(([name, holds]) => ({ step: 3, name, holds })),
    ...limits.map((name) => ({ step: 4, name, holds: (_scene: Scene, pair: Pair) => isMet(residuals[name](scene, pair)) })),
  ];
}

function isMet(residual: object): boolean {
  return Object.values(residual).every((value) => value === null || Number(value) <= 0);
}

function ruleClauses(scene: Scene): Clause[] {
  try {
    return scene.rules().map(({ id }, at) => ({ step: 2, name: `rule:${id}`, holds: (_scene, _pair, ask) => ask(at).holds }));
  } catch (error) {
    if (!(error instanceof Withheld)) throw error;
    return [{ step: 2, name: "", holds: () => { throw error; } }];
  }
}

/** Asks a rule about a pair once, when its answer is needed. */
function asking(scene: Scene, pair: Pair): Ask {
  const views = once(() => viewsOf(scene, pair));
  const known: Answer[] = [];
  return (rule) => (known[rule] ??= facesRule(scene, rule, views));
}

/** Redoes every verdict: the clause named is the first that fails, an admitted pair fails none and its numbers follow. */
export function checkVerdicts(scene: Scene, pairs: readonly Pair[], checks: Checks): void {
  const { verdicts } = scene.certificate;
  const frame = once(() => frameOf(scene, pairs.filter((_pair, at) => verdicts[at]?.step === 0)));
  const clauses = once(() => clausesOf(scene));
  let before: Admitted | undefined;
  for (const [at, pair] of pairs.entries()) {
    const verdict = verdicts[at];
    if (verdict === undefined) continue;
    const name = nameOf(pair);
    const ask = asking(scene, pair);
    checks.run(`verdict.${name}`, () => verdictProblem(clauses(), verdict, ({ holds }) => holds(scene, pair, ask)));
    if (!("terms" in verdict)) continue;
    const sibling = before?.service === pair.service ? before : verdict;
    const { model, cost, risk, latency } = verdict.terms;
    const unmet = limits.find((limit) => !isMet(verdict.residuals[limit]));
    const computed = Object.fromEntries(limits.map((limit) => [limit, () => residuals[limit](scene, pair)]));
    if (unmet === undefined) checks.members(`residuals.${name}`, verdict.residuals, computed);
    else checks.add(`residuals.${name}`, `${unmet} is not met although the pair is admitted`);
    checks.members(`terms.${name}`, { model, cost, risk, latency }, termsOf(scene, pair, frame));
    checks.run(`features.${name}`, () => featuresProblem(scene, pair, verdict, sibling), "attested");
    checks.equal(`prefer.${name}`, verdict.prefer, () => scene.rules().reduce((sum, _rule, rule) => sum + ask(rule).prefer, 0));
    checks.equal(`score.${name}`, verdict.score, () => scoreOf(verdict, scene.base));
    before = verdict;
  }
}

function verdictProblem(clauses: readonly Clause[], verdict: Verdict, holds: (clause: Clause) => boolean): string | undefined {
  let withheld: Withheld | undefined;
  for (const clause of clauses) {
    const { step, name } = clause;
    const named = "clause" in verdict && step === verdict.step && (name === verdict.clause || name === "");
    try {
      if (holds(clause) === named) return named ? `it passes ${name}` : `it fails ${name} (step ${String(step)})`;
    } catch (error) {
      if (!(error instanceof Withheld)) throw error;
      withheld ??= error;
    }
    if (!named) continue;
    if (withheld !== undefined) throw withheld;
    return undefined;
  }
  if ("clause" in verdict) return `there is no clause ${verdict.clause.slice(0, 150)} at step ${String(verdict.step)}`;
  if (withheld !== undefined) throw withheld;
  return undefined;
}

/** The four features are the router's word, but are 0 where there is nothing to compute them from, and those of the service are one for all its models. */
function featuresProblem({ request }: Scene, { leaf, inert }: Pair, { terms }: Admitted, { terms: others }: Admitted): string | undefined {
  if (terms.rl !== 0 && (leaf?.learned ?? null) === null) return "rl is not 0 without a learned leaf";
  if (terms.resonance !== 0 && (leaf?.memory ?? null) === null) return "resonance is not 0 without a memory field";
  if (inert && (terms.intent !== 0 || terms.attention !== 0)) return "intent or attention is not 0 although the encoding is";
  if (others.intent !== terms.intent || others.attention !== terms.attention) return "intent or attention is not that of the service's other models";
  const alone = request.knows("context") && (request.get("context") ?? []).length === 0;
  return alone && terms.attention !== 0 ? "attention is not 0 without context" : undefined;
}
