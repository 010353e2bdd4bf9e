import type { Contest, Predict } from "./deployment.ts";
import { splitAlike } from "./families.ts";
import { lotsOf } from "./lots.ts";
import { PairedLearner } from "./paired-learner.ts";
import type { PromptWorld } from "./prompt-world.ts";
import { choiceAt, TRADE_OFFS } from "./trade-offs.ts";

/** The reference and strongest first, then the cheap ones, of which the last is the cascade's first step. */
const MODELS = ["llama-3.1-nemotron-51b-instruct", "gemma-2-9b-it", "llama-3.1-8b-instruct"] as const;
/** Whose price a verdict has. It reads the prompt and the answer, so a verdict costs about what an answer of it does. */
const VERIFIER = "gemma-2-9b-it";
const SHARES: readonly number[] = [...TRADE_OFFS, 0.5, 0.8, 1.2];

/** How often a verifier is wrong: passes what is wrong, turns away what is right. */
export interface VerifierErrors {
  readonly passesWrong: number;
  readonly turnsAwayRight: number;
}

/** Mean score and cost in shares of the reference's. */
export interface Point {
  readonly quality: number;
  readonly cost: number;
}

/** A way of answering beside the router alone. */
export interface CascadeRow extends Point {
  readonly method: string;
  readonly errors: VerifierErrors;
  /** Share of prompts that were escalated or sent to the reference at once. */
  readonly strong: number;
  /** Quality of the router alone at this cost, and its cost at this quality; null where it never reaches it. */
  readonly routerQuality: number;
  readonly routerCost: number | null;
}

export interface CascadeMeasure {
  readonly reference: Point;
  readonly router: readonly Point[];
  readonly rows: readonly CascadeRow[];
}

/** Cascades with a verifier of these error rates against the router alone, on prompts that were not learned from. */
export function measureCascades(world: PromptWorld, seed: number, verifiers: readonly VerifierErrors[]): CascadeMeasure {
  const contest: Contest = { world, models: MODELS.map((id) => world.modelNamed(id)) };
  const { learned, deployed } = splitAlike(world, seed);
  const learner = new PairedLearner(world, contest.models);
  for (const prompt of learned) learner.learn(prompt);
  const predicted = new Map(deployed.map((prompt) => [prompt, learner.predict(prompt)]));
  const trial = new CascadeTrial(contest, deployed, (prompt) => predicted.get(prompt) ?? []);
  const router = hull(SHARES.map((share) => trial.router(share)));
  const rows = verifiers.flatMap((errors) => {
    const ways = [{ method: "cascade for every prompt", ...trial.cascade(errors, seed) }, ...bestWays(trial, errors, seed)];
    return ways.map((way) => ({ ...way, errors, routerQuality: qualityAt(router, way.cost), routerCost: costAt(router, way.quality) }));
  });
  return { reference: trial.reference(), router, rows };
}

interface Way extends Point {
  readonly method: string;
  readonly strong: number;
}

/** Router and cascade together: the best quality, and the least cost that has at least the reference's quality. */
function bestWays(trial: CascadeTrial, errors: VerifierErrors, seed: number): readonly Way[] {
  const ways = SHARES.map((share) => trial.routed(errors, share, seed));
  const reference = trial.reference().quality;
  const best = ways.reduce((one, other) => (other.quality > one.quality ? other : one));
  const cheapest = ways.filter(({ quality }) => quality >= reference).sort((one, other) => one.cost - other.cost)[0];
  return [
    { method: "router with cascades, best quality", ...best },
    ...(cheapest === undefined ? [] : [{ method: "router with cascades, at the reference's quality", ...cheapest }]),
  ];
}

class CascadeTrial {
  readonly #contest: Contest;
  readonly #prompts: readonly number[];
  readonly #predict: Predict;

  constructor(contest: Contest, prompts: readonly number[], predict: Predict) {
    [this.#contest, this.#prompts, this.#predict] = [contest, prompts, predict];
  }

  reference(): Point {
    return this.#mean((prompt) => this.#answer(prompt, 0));
  }

  router(share: number): Point {
    return this.#mean((prompt) => this.#answer(prompt, choiceAt(this.#contest, this.#predict(prompt), share)));
  }

  /** Every prompt by the cascade of the last model. */
  cascade(errors: VerifierErrors, seed: number): Point & { readonly strong: number } {
    const lots = lotsOf(seed + 3000);
    return this.#mean((prompt) => this.#checked(prompt, this.#contest.models.length - 1, errors, lots.next()));
  }

  /** Per prompt the model or the cascade with the best expected score, plus what its lower expected cost is worth. */
  routed(errors: VerifierErrors, share: number, seed: number): Point & { readonly strong: number } {
    const { models } = this.#contest;
    const lots = lotsOf(seed + 3000);
    return this.#mean((prompt) => {
      const lot = lots.next();
      const predicted = this.#predict(prompt).map((score) => Math.min(1, Math.max(0, score)));
      const [strong = 0] = predicted;
      const whole = this.#cost(prompt, 0);
      let best = { value: -Infinity, run: () => this.#answer(prompt, 0) };
      models.forEach((_, at) => {
        const right = predicted[at] ?? 0;
        const direct = right - (share * this.#cost(prompt, at)) / whole;
        if (direct > best.value) best = { value: direct, run: () => this.#answer(prompt, at) };
        const away = right * errors.turnsAwayRight + (1 - right) * (1 - errors.passesWrong);
        const cost = this.#cost(prompt, at) + this.#verdictCost(prompt) + away * whole;
        const checked = right * (1 - errors.turnsAwayRight) + away * strong - (share * cost) / whole;
        if (at > 0 && checked > best.value) best = { value: checked, run: () => this.#checked(prompt, at, errors, lot) };
      });
      return best.run();
    });
  }

  #answer(prompt: number, at: number): { quality: number; cost: number; strong: number } {
    return { quality: this.#score(prompt, at), cost: this.#cost(prompt, at), strong: Number(at === 0) };
  }

  #checked(prompt: number, at: number, errors: VerifierErrors, lot: number): { quality: number; cost: number; strong: number } {
    const passes = this.#score(prompt, at) >= 0.5 ? lot >= errors.turnsAwayRight : lot < errors.passesWrong;
    const spent = this.#cost(prompt, at) + this.#verdictCost(prompt);
    if (passes) return { quality: this.#score(prompt, at), cost: spent, strong: 0 };
    return { quality: this.#score(prompt, 0), cost: spent + this.#cost(prompt, 0), strong: 1 };
  }

  #score(prompt: number, at: number): number {
    return this.#contest.world.score(prompt, this.#contest.models[at] ?? 0);
  }

  #cost(prompt: number, at: number): number {
    return this.#contest.world.cost(prompt, this.#contest.models[at] ?? 0);
  }

  #verdictCost(prompt: number): number {
    const { world } = this.#contest;
    return world.cost(prompt, world.modelNamed(VERIFIER));
  }

  #mean(run: (prompt: number) => { quality: number; cost: number; strong: number }): Point & { readonly strong: number } {
    let [quality, cost, strong, whole] = [0, 0, 0, 0];
    for (const prompt of this.#prompts) {
      const one = run(prompt);
      [quality, cost, strong, whole] = [quality + one.quality, cost + one.cost, strong + one.strong, whole + this.#cost(prompt, 0)];
    }
    const count = this.#prompts.length;
    return { quality: quality / count, cost: cost / whole, strong: strong / count };
  }
}

/** The points that no mixture of others beats, by growing cost. */
export function hull(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  for (const point of [...points].sort((one, other) => one.cost - other.cost || other.quality - one.quality)) {
    if (point.quality <= (kept.at(-1)?.quality ?? -1)) continue;
    for (;;) {
      const [one, other] = kept.slice(-2);
      if (one === undefined || other === undefined || slope(one, other) > slope(one, point)) break;
      kept.pop();
    }
    kept.push(point);
  }
  return kept;
}

function slope(one: Point, other: Point): number {
  return (other.quality - one.quality) / (other.cost - one.cost);
}

/** Quality of a mixture that costs no more. */
export function qualityAt(points: readonly Point[], cost: number): number {
  const above = points.findIndex((point) => point.cost > cost);
  const [one, other] = [points[above === -1 ? points.length - 1 : above - 1], points[above]];
  if (one === undefined) return 0;
  return above === -1 || other === undefined ? one.quality : one.quality + slope(one, other) * (cost - one.cost);
}

/** Least cost of a mixture that is as good; null if none is. */
export function costAt(points: readonly Point[], quality: number): number | null {
  const above = points.findIndex((point) => point.quality >= quality);
  const [one, other] = [points[above - 1], points[above]];
  if (other === undefined) return null;
  return one === undefined ? other.cost : one.cost + (quality - one.quality) / slope(one, other);
}
