import type { Admitted } from "../shape/certificate-shape.ts";
import type { Policy } from "../shape/wire-shapes.ts";
import { promisedLatency, riskOf, safetyOf, worstCost } from "./limits.ts";
import { outputTokens, type Pair, type Scene } from "./scene.ts";

const ONE = 1_000_000;

/** What stands below Cost and Latency: the limits, or the largest among the admitted (calculus §6). */
export interface Frame {
  readonly cost: number;
  readonly latency: number;
}

/** @throws Withheld */
export function frameOf(scene: Scene, admitted: readonly Pair[]): Frame {
  const { budget, latency } = scene.limits();
  const costs = admitted.map((pair) => worstCost(scene, pair)).filter((cost) => typeof cost === "number");
  const promises = admitted.map((pair) => promisedLatency(scene, pair) ?? 0);
  return { cost: budget ?? Math.max(0, ...costs), latency: latency ?? Math.max(0, ...promises) };
}

/** The four terms that follow from what is committed (calculus §6). Each throws Withheld on its own. */
export function termsOf(scene: Scene, pair: Pair, frame: () => Frame): Readonly<Record<"model" | "cost" | "risk" | "latency", () => number>> {
  const cost = (): number => {
    const worst = worstCost(scene, pair);
    return typeof worst === "number" ? ratio(worst, frame().cost) : ONE;
  };
  const overflow = (): number => {
    const input = scene.request.get("size.input_tokens");
    const output = outputTokens(scene, pair);
    const tokens = pair.model === null ? pair.contract.constraints.context_length?.max_tokens : pair.part.context_tokens;
    return input === null || output === null || tokens === undefined ? ONE : ratio(input + output, tokens);
  };
  return {
    model: () => halfEven(BigInt((pair.part.competence_micros ?? 500_000) - cost() + safetyOf(pair) - overflow()), 4n),
    cost,
    risk: () => riskOf(pair),
    latency: () => {
      const promised = promisedLatency(scene, pair);
      return promised === null ? ONE : ratio(promised, frame().latency);
    },
  };
}

/** a/b in micros, half to even, at most 1.0; 0/0 = 0 and x/0 = 1.0. */
function ratio(a: number, b: number): number {
  if (a >= b) return a === 0 ? 0 : ONE;
  return halfEven(BigInt(a) * BigInt(ONE), BigInt(b));
}

function halfEven(n: bigint, d: bigint): number {
  const rest = ((n % d) + d) % d;
  const floor = (n - rest) / d;
  const up = 2n * rest > d || (2n * rest === d && floor % 2n !== 0n);
  return Number(up ? floor + 1n : floor);
}

/** The score in pico from the terms that the certificate states. */
export function scoreOf({ terms, prefer }: Admitted, { weights }: Policy): number {
  const names = ["intent", "attention", "rl", "resonance", "model", "cost", "risk", "latency"] as const;
  const signed = (at: number): bigint => (at < 5 ? 1n : -1n);
  return Number(names.reduce((sum, name, at) => sum + signed(at) * BigInt(weights[name]) * BigInt(terms[name]), BigInt(prefer) * BigInt(ONE)));
}

/** The most that ‖u‖ may be, in micros (certificate §3). */
export function controlBound(energyMicros: number, { control }: Policy): number {
  if (energyMicros >= control.e_max_micros) return 0;
  const scale = 2n * 10n ** 18n;
  const top = root(BigInt(control.e_max_micros) * scale);
  const energy = BigInt(energyMicros) * scale;
  const floor = root(energy);
  // Never below 0: below the top the roots are thousands apart. Nor past 2⁵³ − 1: e_max is at most 1000.
  return Number((top - (floor * floor === energy ? floor : floor + 1n)) / BigInt(control.interval_micros));
}

/** ⌊√n⌋ by Newton's method. */
function root(n: bigint): bigint {
  if (n < 2n) return n;
  let guess = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (let next = (guess + n / guess) >> 1n; next < guess; next = (guess + n / guess) >> 1n) guess = next;
  return guess;
}
