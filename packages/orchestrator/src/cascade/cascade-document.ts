import { parseRequestValue, type RequestDocument } from "@caio/contracts";
import { CaioError, type JsonObject, type JsonValue } from "@caio/core";

import type { RequestReader } from "../plan/plan-document.ts";

/** A cheap answer first, a verifier that says whether it will do, a stronger service where it will not. */
export interface CascadeDocument {
  readonly try: RequestDocument;
  readonly verify: RequestDocument;
  readonly escalate: RequestDocument;
  /** Where the verifier's output says that the answer passes: only this value there does. */
  readonly accept: { readonly pointer: string; readonly equals: JsonValue };
  /** For all calls together, micro-units of the base policy's currency; absent: the requests' own budgets alone. */
  readonly budgetMicros?: number;
}

const MEMBERS = ["caio_cascade", "try", "verify", "escalate", "accept", "budget_micros"];

/**
 * Reads a cascade: `{ "caio_cascade": 1, "try": request, "verify": request, "escalate": request, "accept": { "pointer": "/passes", "equals": true } }`, with
 * `budget_micros` for all of it if wanted. The verifier's payload refers to the answer as `{ "$from": "try" }`, and the last one may.
 *
 * @throws CaioError `InvalidPlan` that names the place and what was expected; `InvalidRequest` for a request.
 * @param requests - reads them; absent: one that knows the properties that everyone knows
 */
export function parseCascadeDocument(value: JsonValue, file = "<cascade>", requests: RequestReader = { parseValue: parseRequestValue }): CascadeDocument {
  if (!isObject(value) || value["caio_cascade"] !== 1) throw refuse(file, "caio_cascade", "1");
  const unknown = Object.keys(value).find((key) => !MEMBERS.includes(key));
  if (unknown !== undefined) throw refuse(file, unknown, `only ${MEMBERS.join(", ")}`);
  const requestAt = (name: "try" | "verify" | "escalate"): RequestDocument => {
    const request = value[name];
    if (!isObject(request)) throw refuse(file, name, "a request");
    return requests.parseValue(request, { file: `${file}#${name}` });
  };
  const budget = value["budget_micros"];
  if (budget !== undefined && !(typeof budget === "number" && Number.isSafeInteger(budget) && budget >= 0)) {
    throw refuse(file, "budget_micros", "micro-units of the policy's currency, a whole number of at least 0");
  }
  return {
    ...{ try: requestAt("try"), verify: requestAt("verify"), escalate: requestAt("escalate"), accept: acceptOf(value["accept"], file) },
    ...(budget === undefined ? {} : { budgetMicros: budget }),
  };
}

function acceptOf(value: JsonValue | undefined, file: string): CascadeDocument["accept"] {
  const expected = 'a place and the value that passes, such as { "pointer": "/passes", "equals": true }';
  if (!isObject(value) || Object.keys(value).some((key) => key !== "pointer" && key !== "equals")) throw refuse(file, "accept", expected);
  const { pointer, equals } = value;
  if (typeof pointer !== "string" || (pointer !== "" && !pointer.startsWith("/")) || equals === undefined) throw refuse(file, "accept", expected);
  return { pointer, equals };
}

function refuse(file: string, place: string, expected: string): CaioError<"InvalidPlan"> {
  return new CaioError("InvalidPlan", `${file}: at ${place}: expected ${expected}.`, { details: { file, place, expected } });
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
