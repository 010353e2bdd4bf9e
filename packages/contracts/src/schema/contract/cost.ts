import { z } from "zod";

import type { DecimalText } from "../../document/decimal-text.ts";
import type { Cost, CostModel } from "../../service-contract.ts";
import { decimal, refuseIssue } from "../decimal.ts";
import { currency } from "../encodings.ts";
import { mapping } from "../mapping.ts";

/** 9 000 units of a currency, in pico-units. */
export const MAX_RATE_PICO = 9_000_000_000_000_000;
/** Of a cost that names none. */
const DEFAULT_CURRENCY = "USD";
export const costModels = ["per_token", "per_request", "per_second", "free"] as const;

/** What a file says of a cost, before it is completed or laid over the service's. */
export interface CostStatement {
  readonly model?: CostModel;
  readonly currency?: string;
  readonly basePico?: number;
  readonly inputTokenPico?: number;
  readonly outputTokenPico?: number;
  readonly secondPico?: number;
}

/** A rate of an offer: pico-units, rounded up. */
export const rate: z.ZodType<number, DecimalText | string> = decimal({
  digits: 12,
  rounding: "up",
  min: 0,
  max: MAX_RATE_PICO,
  expected: "a rate from 0 to 9000",
});

/** `cost:` of a service or a model. `token_cost` is both token rates; a named one goes before it. */
export const costStatement: z.ZodType<CostStatement> = mapping({
  model: z.enum(costModels).exactOptional(),
  base_cost: rate.exactOptional(),
  token_cost: rate.exactOptional(),
  input_token: rate.exactOptional(),
  output_token: rate.exactOptional(),
  second_cost: rate.exactOptional(),
  currency: currency.exactOptional(),
}).transform((raw): CostStatement => {
  const input = raw.input_token ?? raw.token_cost;
  const output = raw.output_token ?? raw.token_cost;
  return {
    ...(raw.model === undefined ? {} : { model: raw.model }),
    ...(raw.currency === undefined ? {} : { currency: raw.currency }),
    ...(raw.base_cost === undefined ? {} : { basePico: raw.base_cost }),
    ...(input === undefined ? {} : { inputTokenPico: input }),
    ...(output === undefined ? {} : { outputTokenPico: output }),
    ...(raw.second_cost === undefined ? {} : { secondPico: raw.second_cost }),
  };
});

/** `cost` or its short form `cost_per_token`, not both. */
export function chooseCost(
  raw: { readonly cost?: CostStatement; readonly cost_per_token?: number },
  context: z.core.$RefinementCtx,
  path: readonly (string | number)[],
): CostStatement | undefined {
  if (raw.cost_per_token === undefined) return raw.cost;
  if (raw.cost !== undefined) {
    refuseIssue(context, { found: "cost beside cost_per_token", expected: "one of the two" }, [...path, "cost_per_token"]);
  }
  return { model: "per_token", inputTokenPico: raw.cost_per_token, outputTokenPico: raw.cost_per_token };
}

/**
 * A statement as a whole cost, over the service's where there is one. Without a model it is told from the rates named; an
 * unsaid rate is 0, an unsaid currency USD. Free costs nothing, whatever it lies over.
 */
export function completeCost(
  statement: CostStatement,
  below: Cost | undefined,
  context: z.core.$RefinementCtx,
  path: readonly (string | number)[],
): Cost {
  const model = statement.model ?? below?.model ?? impliedModel(statement);
  const own = [statement.basePico, statement.inputTokenPico, statement.outputTokenPico, statement.secondPico];
  if (model === undefined) refuseIssue(context, { found: "no cost", expected: "a model and its rates" }, [...path, "model"]);
  const free = model === "free";
  if (free && own.some((pico) => (pico ?? 0) > 0)) {
    refuseIssue(context, { found: "free with a rate", expected: "no rate, or another model" }, [...path, "model"]);
  }
  const under = free ? undefined : below;
  return {
    model: model ?? "free",
    currency: statement.currency ?? below?.currency ?? DEFAULT_CURRENCY,
    basePico: statement.basePico ?? under?.basePico ?? 0,
    inputTokenPico: statement.inputTokenPico ?? under?.inputTokenPico ?? 0,
    outputTokenPico: statement.outputTokenPico ?? under?.outputTokenPico ?? 0,
    secondPico: statement.secondPico ?? under?.secondPico ?? 0,
  };
}

function impliedModel(statement: CostStatement): CostModel | undefined {
  if (statement.inputTokenPico !== undefined || statement.outputTokenPico !== undefined) return "per_token";
  if (statement.secondPico !== undefined) return "per_second";
  return statement.basePico === undefined ? undefined : "per_request";
}
