import type { Guarantee, Policy } from "../shape/wire-shapes.ts";
import { majorOf, obligationsOf } from "./rules.ts";
import { spend } from "../cel/cel-program.ts";
import { holds, least, once, outputTokens, type Limits, type OpenedRequest, type Pair, type Scene, Withheld } from "./scene.ts";

const ONE = 1_000_000;
const SAFETY = { low: 0, medium: 500_000, high: ONE };
const BASES = { on_device: 1_000_000, local: 900_000, private_cloud: 600_000, external: 200_000 };

const PICO = 10n ** 12n;
const most = (amount: bigint): number => Number(amount > BigInt(Number.MAX_SAFE_INTEGER) ? BigInt(Number.MAX_SAFE_INTEGER) : amount);
const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;

/** Pico-units of the policy's currency for one of another, or undefined without a rate. */
function rateOf(currency: string, { currency: own, rates }: Policy): bigint | undefined {
  if (currency === own) return PICO;
  const rate = Object.hasOwn(rates, currency) ? rates[currency] : undefined;
  return rate === undefined ? undefined : BigInt(rate);
}

/** The limits in force (calculus §0). Each throws Withheld on its own, or a TypeError for a named policy's budget without a rate. */
export function limitsInForce(request: OpenedRequest, base: Policy, named: readonly Policy[]): Limits {
  const all = (): Policy["limits"][] => [base, ...named].map(({ limits }) => limits);
  const asked = once(() => {
    const amount = request.get("limits.budget_micros");
    const rate = amount === null ? null : rateOf(request.get("limits.currency") ?? base.currency, base);
    return { amount, rate };
  });
  const budgetOf = ({ id, limits: { budget_micros: amount }, currency }: Policy): number | null => {
    const rate = rateOf(currency, base);
    if (amount === undefined) return null;
    if (rate === undefined) throw new TypeError(`the budget of ${id} is in ${currency}, for which the base policy has no rate`);
    return most((BigInt(amount) * rate) / PICO);
  };
  const budget = once(() => {
    const { amount, rate } = asked();
    return least(amount === null || typeof rate !== "bigint" ? null : most((BigInt(amount) * rate) / PICO), base.limits.budget_micros, ...named.map(budgetOf));
  });
  return {
    get budget() { return budget(); },
    get noRate() { return asked().rate === undefined; },
    get latency() { return least(request.get("limits.latency_us"), ...all().map(({ latency_us }) => latency_us)); },
    get coverage() {
      const said = [request.get("limits.latency_coverage_ppm"), ...all().map(({ latency_coverage_ppm }) => latency_coverage_ppm)].filter((value) => typeof value === "number");
      return said.length === 0 ? 950_000 : Math.max(...said);
    },
    get deadline() { return least(request.get("limits.deadline_us"), ...all().map(({ deadline_us }) => deadline_us)); },
  };
}

/** What a computation gives, or that it is withheld. */
function attempt<T>(compute: () => T): T | Withheld {
  try {
    return compute();
  } catch (error) {
    if (error instanceof Withheld) return error;
    throw error;
  }
}

/** @throws Withheld */
function shown<T>(value: T | Withheld): T {
  if (value instanceof Withheld) throw value;
  return value;
}

/** The worst-case cost in micros of the policy's currency, or why there is none (calculus §5). */
export function worstCost(scene: Scene, pair: Pair): number | "silent" | "currency" {
  const { cost } = pair;
  if (cost === undefined) return "silent";
  if (cost.model === "free") return 0;
  const exchange = rateOf(cost.currency, scene.base);
  if (exchange === undefined) return "currency";
  const product = (rate: number, factor: () => number | null): bigint | null => {
    if (rate === 0) return 0n;
    const times = factor();
    return times === null ? null : BigInt(rate) * BigInt(times);
  };
  const parts = [
    () => product(cost.input_token_pico, () => scene.request.get("size.input_tokens")),
    () => product(cost.output_token_pico, () => outputTokens(scene, pair)),
    () => (cost.model === "per_second" ? product(cost.second_pico, () => scene.limits().deadline) : 0n),
  ].map(attempt);
  // One part that is unsaid settles it, whatever the others are.
  if (parts.includes(null)) return "silent";
  const [input, output, time] = parts.map(shown);
  const total = ceilDiv(BigInt(cost.base_pico) + (input ?? 0n) + (output ?? 0n), 10n ** 6n) + ceilDiv(time ?? 0n, PICO);
  return most(ceilDiv(total * exchange, PICO));
}

/** The promised latency in microseconds, or null (calculus §5). @throws Withheld */
export function promisedLatency(scene: Scene, { guarantees, leaf }: Pair): number | null {
  const { coverage } = scene.limits();
  const smallest = (offers: readonly Guarantee[]): number | null =>
    least(...offers.filter((offer) => offer.coverage_ppm >= coverage).map(({ bound }) => bound.max_us));
  const declared = smallest(guarantees.filter(({ property }) => property === "latency"));
  const measured = (leaf?.promises ?? []).filter(({ property }) => property === "latency");
  if (measured.length === 0 || declared === null) return declared;
  const known = smallest(measured);
  return known === null ? null : Math.max(declared, known);
}

export function safetyOf({ contract }: Pair): number {
  return SAFETY[contract.alignment.safety_level ?? "low"];
}

function confidentialityOf({ contract: { privacy } }: Pair): number {
  const kept = privacy.data_retention !== "none" && privacy.data_retention !== "session";
  const sealed = privacy.encryption === true && privacy.encryption_type === "end_to_end";
  return Math.min(ONE, Math.max(0, BASES[privacy.data_locality ?? "external"] + (sealed ? 300_000 : 0) - (kept ? 100_000 : 0)));
}

/** Risk in micros, rounded up (calculus §5). */
export function riskOf(pair: Pair): number {
  const { outcomes = 0, violations = 0 } = pair.leaf ?? {};
  const rate = Math.min(ONE, Number(ceilDiv(10n ** 6n * (BigInt(violations) + 1n), BigInt(outcomes) + 20n)));
  const { content_filtering, bias_mitigation } = pair.contract.alignment;
  const tenths = 4 * safetyOf(pair) + (content_filtering === true ? 2 * ONE : 0) + (bias_mitigation === true ? ONE : 0) + 3 * confidentialityOf(pair);
  return ONE - Math.floor(((ONE - rate) * tenths) / (10 * ONE));
}

const flag = (violated: boolean): number => (violated ? ONE : 0);

/** The residuals of step 4, by clause, in order (calculus §5). Each throws Withheld on its own. */
export const residuals = {
  safety(scene: Scene, { contract }: Pair) {
    const { request, base } = scene;
    const words = [...request.texts("intent.categories"), ...request.texts("labels")];
    spend(scene.work, 1 + words.length);
    const unapproved = request.get("action.kind") === "destructive" && !obligationsOf(scene).includes("human_approval");
    return {
      forbidden: flag(words.some((word) => holds(base.safety.forbidden, word))),
      harmful: flag(contract.alignment.content_filtering !== true && words.some((word) => holds(base.safety.needs_filtering, word))),
      unsafe: flag(unapproved),
    };
  },
  policy({ request, work }: Scene, { contract: { privacy } }: Pair) {
    const asked = request.get("requirements.privacy");
    const demand = asked?.encryption;
    spend(work, 1 + (asked?.compliance ?? []).length);
    const near = privacy.data_locality === "on_device" || privacy.data_locality === "local";
    const sealed = privacy.encryption === true && (demand === "any" || privacy.encryption_type === demand || privacy.encryption_type === "end_to_end");
    return {
      onDevice: flag(asked?.on_device === true && privacy.data_locality !== "on_device"),
      privacy: flag(demand !== undefined && !sealed && !near),
      compliance: flag((asked?.compliance ?? []).some((name) => !holds(privacy.compliance, name))),
    };
  },
  traits({ request }: Scene, pair: Pair) {
    const traits = request.get("traits") ?? { conservative_micros: 0, confidential_micros: 0, risk_micros: ONE };
    const settled = majorOf(pair.contract.version) >= 1 ? 400_000 : 0;
    const maturity = settled + Math.floor((4 * safetyOf(pair)) / 10) + 200 * Math.min(1000, pair.leaf?.outcomes ?? 0);
    return {
      conservative: traits.conservative_micros - maturity,
      confidential: traits.confidential_micros - confidentialityOf(pair),
      risk: riskOf(pair) - traits.risk_micros,
    };
  },
  budget(scene: Scene, pair: Pair) {
    const { budget, noRate } = scene.limits();
    const cost = worstCost(scene, pair);
    if (noRate || cost === "currency") return { residual: ONE, flag: "currency" };
    if (budget === null) return { residual: 0, flag: null };
    return cost === "silent" ? { residual: ONE, flag: "silent" } : { residual: cost - budget, flag: null };
  },
  latency(scene: Scene, pair: Pair) {
    const { latency } = scene.limits();
    const promised = latency === null ? null : promisedLatency(scene, pair);
    if (latency === null) return { residual: 0, flag: null };
    return promised === null ? { residual: ONE, flag: "silent" } : { residual: promised - latency, flag: null };
  },
};
