/** Calculus §6: the terms of the score, with the naive transform of §9. */
import type { LearnedValue, Request } from "@caio/contracts";

import { promisedLatency, riskOf, safetyMicros, worstCaseCost, type Promised } from "./limits.ts";
import { outputTokens, type Pair } from "./matching.ts";
import { halfEvenDivide, MILLION, type EffectivePolicy } from "./objects.ts";
import { directionNumbers, onlineValue } from "./online.ts";
import type { Terms } from "./world.ts";

const D = 64;

interface Complex {
  readonly re: number;
  readonly im: number;
}

/** What the terms share over all pairs. */
export interface RequestSpectrum {
  readonly intent: readonly Complex[];
  /** Π_high Ψ_i */
  readonly high: readonly Complex[];
  /** q of the attention term; undefined without context. */
  readonly attended: readonly Complex[] | undefined;
  /** x of the RL term, 16 values. */
  readonly shares: readonly number[];
  /** Where the request is among cases. */
  readonly direction: readonly number[];
}

export function spectrumOf({ fields }: Request): RequestSpectrum {
  const intent = complexes(fields.intent.map(fromMicros));
  const bins = transform(intent, -1).map((value, k) => (isHigh(k) ? value : { re: 0, im: 0 }));
  const energy = normSquared(bins);
  const shares = [1];
  for (let j = 1; j <= 15; j++) {
    const share = normSquared(bins.filter((_value, k) => k % 15 === (j - 1) % 15));
    shares.push(energy === 0 ? 0 : share / energy);
  }
  const context = fields.context.map((item) => complexes(item.map(fromMicros)));
  const high = transform(bins, 1);
  return {
    intent,
    high,
    direction: directionNumbers(fields.features, high.flatMap(({ re, im }) => [re, im])),
    attended: context.length === 0 ? undefined : attend(intent, context),
    shares,
  };
}

/** The sums and the quotients that do not depend on which other pairs are admissible. */
export function termsOf(
  pair: Pair,
  request: Request,
  policy: EffectivePolicy,
  spectrum: RequestSpectrum,
  largest: { readonly cost: number; readonly latency: number },
): Omit<Terms, "prefer"> {
  const encoding = complexes(pair.service.encoding.map(fromMicros));
  const { limits } = policy;
  const cost = share(worstCaseCost(pair, request, policy), limits.budget ?? largest.cost);
  const memory = pair.leaf?.memory;
  const learned = pair.leaf?.learned;
  return {
    intent: quantise(matched(encoding, spectrum.high), 0),
    attention: spectrum.attended === undefined ? 0 : quantise(cosine(encoding, spectrum.attended), -1_000_000),
    rl: learned === undefined ? 0 : quantise(valueOf(learned, spectrum, policy.base.rl.widthMicros), -1_000_000),
    resonance: memory === undefined ? 0 : quantise(cosine(spectrum.intent, complexes(memory)), -1_000_000),
    model: modelTerm(pair, request, cost),
    cost,
    risk: riskOf(pair),
    latency: share(promisedLatency(pair, policy), limits.latencyUs ?? largest.latency),
  };
}

/** Pico. */
export function scoreOf(terms: Terms, { base }: EffectivePolicy): bigint {
  const { weights } = base;
  return (
    BigInt(weights.intent) * BigInt(terms.intent) +
    BigInt(weights.attention) * BigInt(terms.attention) +
    BigInt(weights.rl) * BigInt(terms.rl) +
    BigInt(weights.resonance) * BigInt(terms.resonance) +
    BigInt(weights.model) * BigInt(terms.model) -
    BigInt(weights.cost) * BigInt(terms.cost) -
    BigInt(weights.risk) * BigInt(terms.risk) -
    BigInt(weights.latency) * BigInt(terms.latency) +
    MILLION * BigInt(terms.prefer)
  );
}

/** amount / whole in micros, half to even, at most 1.0; 0/0 = 0, x/0 = 1.0, silent 1.0. */
function share(amount: Promised, whole: number): number {
  if (typeof amount === "string") return 1_000_000;
  if (whole === 0) return amount === 0 ? 0 : 1_000_000;
  const ratio = halfEvenDivide(BigInt(amount) * MILLION, BigInt(whole));
  return ratio > MILLION ? 1_000_000 : Number(ratio);
}

function modelTerm(pair: Pair, request: Request, price: number): number {
  const competence = pair.model?.competenceMicros ?? 500_000;
  const context = pair.model === null ? pair.service.contract.constraints.contextLength?.maxTokens : pair.model.contextTokens;
  const input = request.size.inputTokens;
  const output = outputTokens(pair, request);
  const unsaid = context === undefined || input === undefined || output === undefined;
  const overflow = unsaid ? 1_000_000 : share(input + output, context);
  return Number(halfEvenDivide(BigInt(competence - price + safetyMicros(pair) - overflow), 4n));
}

function fromMicros(value: number): number {
  return value / 1_000_000;
}

function complexes(interleaved: readonly number[]): Complex[] {
  const result: Complex[] = [];
  for (let k = 0; k < D; k++) result.push({ re: interleaved[2 * k] ?? NaN, im: interleaved[2 * k + 1] ?? NaN });
  return result;
}

/** The unitary DFT (sign −1) and its inverse (sign 1), by definition. */
function transform(input: readonly Complex[], sign: 1 | -1): Complex[] {
  const output: Complex[] = [];
  for (let k = 0; k < D; k++) {
    let re = 0;
    let im = 0;
    for (const [n, value] of input.entries()) {
      const angle = (sign * 2 * Math.PI * ((k * n) % D)) / D;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      re += value.re * cos - value.im * sin;
      im += value.re * sin + value.im * cos;
    }
    output.push({ re: re / Math.sqrt(D), im: im / Math.sqrt(D) });
  }
  return output;
}

/** Neither low nor guard. */
function isHigh(k: number): boolean {
  return Math.min(k, D - k) > 8;
}

/** ⟨a, b⟩ = Σ conj(a_k)·b_k */
function inner(a: readonly Complex[], b: readonly Complex[]): Complex {
  let re = 0;
  let im = 0;
  for (const [k, left] of a.entries()) {
    const right = b[k] ?? { re: NaN, im: NaN };
    re += left.re * right.re + left.im * right.im;
    im += left.re * right.im - left.im * right.re;
  }
  return { re, im };
}

function normSquared(a: readonly Complex[]): number {
  return inner(a, a).re;
}

/** |⟨a, b⟩|² / (‖a‖²·‖b‖²) */
function matched(a: readonly Complex[], b: readonly Complex[]): number {
  const norms = normSquared(a) * normSquared(b);
  return norms === 0 ? 0 : normSquared([inner(a, b)]) / norms;
}

/** Re⟨a, b⟩ / (‖a‖·‖b‖) */
function cosine(a: readonly Complex[], b: readonly Complex[]): number {
  const norms = Math.sqrt(normSquared(a)) * Math.sqrt(normSquared(b));
  return norms === 0 ? 0 : inner(a, b).re / norms;
}

/** q = Σ_j softmax_j(Re⟨Ψ_i, c_j⟩/√D)·c_j */
function attend(intent: readonly Complex[], context: readonly (readonly Complex[])[]): Complex[] {
  const logits = context.map((item) => inner(intent, item).re / Math.sqrt(D));
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const result: Complex[] = [];
  for (let k = 0; k < D; k++) {
    let re = 0;
    let im = 0;
    for (const [j, item] of context.entries()) {
      const weight = (powers[j] ?? NaN) / total;
      re += weight * (item[k]?.re ?? NaN);
      im += weight * (item[k]?.im ?? NaN);
    }
    result.push({ re, im });
  }
  return result;
}

function valueOf(learned: LearnedValue, { shares, direction }: RequestSpectrum, widthMicros: number): number {
  return learned.online === undefined ? learnedValue(learned, shares, widthMicros) : onlineValue(learned, learned.online, shares, direction, widthMicros);
}

/** x·θ + c·√(xᵀA⁻¹x) */
function learnedValue({ theta, inverse }: LearnedValue, x: readonly number[], widthMicros: number): number {
  let mean = 0;
  let variance = 0;
  for (const [i, left] of x.entries()) {
    mean += left * (theta[i] ?? NaN);
    for (const [j, right] of x.entries()) variance += left * (inverse[16 * i + j] ?? NaN) * right;
  }
  return mean + fromMicros(widthMicros) * Math.sqrt(variance);
}

/** Micros, half to even, within [min, 1 000 000]. */
function quantise(value: number, min: number): number {
  if (!Number.isFinite(value)) throw new Error("A feature is not finite.");
  const scaled = value * 1_000_000;
  if (scaled <= min) return min;
  if (scaled >= 1_000_000) return 1_000_000;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return below + (up ? 1 : 0);
}
