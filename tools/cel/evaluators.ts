import { celEnv, celList, celMap, isCelError, isCelList, isCelMap, isCelType, parse, plan, type CelInput } from "@bufbuild/cel";
import type { JsonObject, JsonValue } from "@caio/core";
import { readCondition, type ConditionScope } from "@caio/rules";
import { evaluateCel } from "@caio/verifier";

import type { Views } from "./generate/random-views.ts";
import { tokensOf } from "./generate/spoil-source.ts";

/** A condition with what it reads. */
export interface Case {
  readonly source: string;
  readonly scope: ConditionScope;
  readonly views: Views;
}

/**
 * `value` is neither true nor false: its text, ints with an n. `refused`: the text is no condition to this evaluator. `message`: what
 * an error says, where it may reach a certificate.
 */
export type Outcome =
  | { readonly kind: "true" | "false" | "refused" }
  | { readonly kind: "error"; readonly message?: string }
  | { readonly kind: "not_bool"; readonly value: string };
export type Evaluator = (subject: Case) => Outcome;

/** The three that must agree. */
export interface Evaluators {
  readonly router: Evaluator;
  readonly verifier: Evaluator;
  readonly reference: Evaluator;
}

/** The conditions of policies, as the router loads, compiles and runs them. It does not say what the value that is no bool is. */
export const router: Evaluator = ({ source, scope, views }) => {
  const reading = readCondition(source, scope);
  if (!reading.ok) return { kind: "refused" };
  const answer = reading.condition.program.evaluate(scope === "when" ? { request: views.request } : views);
  if (typeof answer === "boolean") return { kind: answer ? "true" : "false" };
  return answer.why === "error" ? { kind: "error", message: answer.message } : { kind: "not_bool", value: "" };
};

/** The evaluator of the verifier. */
export const verifier: Evaluator = ({ source, scope, views }) => {
  const answer = evaluateCel(source, scope === "when" ? { request: views.request } : { ...views });
  return answer.kind === "value" ? outcomeOf(answer.value) : { kind: answer.kind };
};

const environment = celEnv();
/** A router keeps no more of an error's text. */
const MAX_MESSAGE = 200;

/** @bufbuild/cel by itself, without types and without a profile. */
export const reference: Evaluator = ({ source, scope, views }) => {
  const program = planned(withNegations(source)) ?? planned(withNegations(restated(source)));
  if (program === undefined) return { kind: "refused" };
  const seen: Readonly<Record<string, JsonObject>> = scope === "when" ? { request: views.request } : { ...views };
  const result = program(Object.fromEntries(Object.entries(seen).map(([name, view]) => [name, celInput(view)])));
  return isCelError(result) ? { kind: "error", message: result.message.slice(0, MAX_MESSAGE) } : outcomeOf(result);
};

export const evaluators: Evaluators = { router, verifier, reference };

function planned(source: string): ReturnType<typeof plan> | undefined {
  try {
    return plan(environment, parse(source));
  } catch {
    return undefined;
  }
}

/**
 * What CEL has and this parser has not (langdef, Syntax): white space between any two tokens, as in `- -1`, `size (x)` or
 * `x.size( )`, and names that begin with a literal, such as `trueish`.
 */
function restated(source: string): string {
  const tokens = tokensOf(source).filter((token) => token.trim() !== "").map((token) => token.replace(/^(?:true|false|null)(?=\w)/, "v_$&"));
  return tokens.map((token, at) => (/^\w/.test(token) && /\w$/.test(tokens[at - 1] ?? "") ? ` ${token}` : token)).join("");
}

function celInput(value: JsonValue): CelInput {
  if (typeof value === "number") return BigInt(value);
  if (typeof value !== "object" || value === null) return value;
  return isList(value) ? celList(value.map(celInput)) : celMap(new Map(entriesOf(value)));
}

/** This parser takes `-(-x)` and `!(!x)` for `x`; both signs stay in `-(0+-x)` and `!(true&&!x)`, which mean the same. */
function withNegations(source: string): string {
  const tokens = tokensOf(source);
  const outerOf = (at: number): string | undefined => tokens.slice(0, at).findLast((token) => token !== "(" && token.trim() !== "");
  const before = (at: number): string | undefined => tokens.slice(0, at).findLast((token) => token.trim() !== "");
  return tokens.map((token, at) => ((token === "-" || token === "!") && before(at) === "(" && outerOf(at) === token ? `${token === "-" ? "0+" : "true&&"}${token}` : token)).join("");
}

function entriesOf(object: JsonObject): readonly (readonly [string, CelInput])[] {
  return Object.entries(object).map(([name, member]) => [name, celInput(member)]);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function outcomeOf(value: unknown): Outcome {
  return typeof value === "boolean" ? { kind: value ? "true" : "false" } : { kind: "not_bool", value: valueText(value) };
}

/** A value of CEL or of the verifier in one spelling: whole numbers are ints, since the verifier has no others. */
export function valueText(value: unknown): string {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return `${String(value)}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (isCelList(value) || Array.isArray(value)) return `[${Array.from(value, valueText).join(", ")}]`;
  if (isCelMap(value)) return entriesText(value.entries());
  if (isCelType(value)) return `the type ${value.name}`;
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) return entriesText(Object.entries(value));
  return typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}

function entriesText(entries: Iterable<readonly [unknown, unknown]>): string {
  return `{${Array.from(entries, ([key, value]) => `${String(key)}: ${valueText(value)}`).sort().join(", ")}}`;
}
