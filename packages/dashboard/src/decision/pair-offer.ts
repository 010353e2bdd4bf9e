import type { Contract, Cost, Guarantee, HistoryLeaf, Model, PairName, Policy } from "./receipt-shape.ts";
import { isPair } from "./receipt-shape.ts";
import type { Receipt } from "./receipt.ts";
import { numberAt } from "./request-paths.ts";

/** What a pair offers: its contract, with what a model has of its own in the place of what its service has. */
export interface PairOffer {
  readonly contract: Contract;
  readonly model: Model | undefined;
  readonly types: readonly string[];
  readonly guarantees: readonly Guarantee[];
  readonly cost: Cost | undefined;
  readonly leaf: HistoryLeaf | null;
}

/** Undefined if the receipt holds no contract of the service. */
export function offerOf({ contracts, certificate }: Receipt, pair: PairName): PairOffer | undefined {
  const contract = contracts.find(({ service_id: id }) => id === pair.service);
  if (contract === undefined) return undefined;
  const model = contract.models.find(({ id }) => id === pair.model);
  const leaf = certificate.history.find((entry) => isPair(entry, pair))?.leaf ?? null;
  const capabilities = model?.capabilities ?? contract.capabilities;
  return { contract, model, leaf, types: [...new Set(capabilities.map(({ type }) => type))], guarantees: model?.guarantees ?? contract.guarantees, cost: model?.cost ?? contract.cost };
}

const PICO = 10n ** 12n;
const up = (amount: bigint, by: bigint): bigint => (amount + by - 1n) / by;

/**
 * What a call of the pair costs at worst, micros of the policy's currency (calculus §5): `silent` if the contract leaves it open,
 * `currency` without a rate, undefined if what it depends on is withheld or, of a service paid by time, not in a receipt.
 */
export function worstCost(receipt: Receipt, { cost, model }: PairOffer): number | "silent" | "currency" | undefined {
  const [base] = receipt.policies;
  if (cost === undefined) return "silent";
  if (cost.model === "free") return 0;
  if (cost.model === "per_second" || base === undefined) return undefined;
  const rate = rateOf(cost.currency, base);
  if (rate === undefined) return "currency";
  const input = cost.input_token_pico === 0 ? 0 : numberAt(receipt, "size.input_tokens");
  const output = cost.output_token_pico === 0 ? 0 : outputTokens(receipt, model);
  if (input === null || output === null) return "silent";
  if (input === undefined || output === undefined) return undefined;
  const total = up(BigInt(cost.base_pico) + BigInt(cost.input_token_pico) * BigInt(input) + BigInt(cost.output_token_pico) * BigInt(output), 10n ** 6n);
  return Number(up(total * rate, PICO));
}

/** The smallest latency that the pair promises in that share of calls, microseconds; null if none, by its contract and by what was measured. */
export function promisedLatency({ guarantees, leaf }: Pick<PairOffer, "guarantees" | "leaf">, coveragePpm: number): number | null {
  const smallest = (offers: readonly Guarantee[]): number | null => {
    const bounds = offers.filter(({ property, coverage_ppm: coverage }) => property === "latency" && coverage >= coveragePpm).flatMap(({ bound }) => bound.max_us ?? []);
    return bounds.length === 0 ? null : Math.min(...bounds);
  };
  const declared = smallest(guarantees);
  const measured = (leaf?.promises ?? []).filter(({ property }) => property === "latency");
  if (declared === null || measured.length === 0) return declared;
  const known = smallest(measured);
  return known === null ? null : Math.max(declared, known);
}

function outputTokens(receipt: Receipt, model: Model | undefined): number | null | undefined {
  const asked = numberAt(receipt, "size.max_output_tokens");
  if (asked === undefined) return undefined;
  const most = model?.max_output_tokens;
  return asked === null ? (most ?? null) : Math.min(asked, most ?? asked);
}

function rateOf(currency: string, { currency: own, rates }: Policy): bigint | undefined {
  if (currency === own) return PICO;
  const rate = Object.hasOwn(rates, currency) ? rates[currency] : undefined;
  return rate === undefined ? undefined : BigInt(rate);
}
