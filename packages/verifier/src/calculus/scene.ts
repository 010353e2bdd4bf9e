import type { Work } from "../cel/cel-program.ts";
import type { Certificate } from "../shape/certificate-shape.ts";
import type { Capability, Contract, Cost, Guarantee, HistoryLeaf, Model, PathValue, Policy, RequestPath } from "../shape/wire-shapes.ts";
import type { RuleState } from "./rules.ts";

/** Thrown where a check needs a path of the request that was not opened. */
export class Withheld extends Error {
  constructor(path: string) {
    super(`${path} is withheld`);
  }
}

export type OpenedValues = { readonly [P in RequestPath]?: PathValue<P> };

/** The request as far as it is opened. */
export class OpenedRequest {
  readonly #commitments: Readonly<Record<string, unknown>>;
  readonly #values: OpenedValues;

  constructor(commitments: Readonly<Record<string, unknown>>, values: OpenedValues) {
    this.#commitments = commitments;
    this.#values = values;
  }

  /** The value of a path, null if it is not said. @throws Withheld */
  get<P extends RequestPath>(path: P): PathValue<P> | null {
    if (this.#commitments[path] === null) return null;
    const value = this.#values[path];
    if (value === undefined) throw new Withheld(path);
    return value;
  }

  /** Whether `get` gives an answer. */
  knows(path: RequestPath): boolean {
    return this.#commitments[path] === null || this.#values[path] !== undefined;
  }

  /** A list of texts, empty if it is not said. @throws Withheld */
  texts(path: "labels" | "policies" | "intent.categories" | "data.labels" | "principal.permissions"): readonly string[] {
    return this.get(path) ?? [];
  }
}

/** The limits in force (calculus §0), each computed when it is read. `noRate`: the request's budget is in a currency that the policy cannot convert. */
export interface Limits {
  readonly budget: number | null;
  readonly noRate: boolean;
  readonly latency: number | null;
  readonly coverage: number;
  readonly deadline: number | null;
}

/** All that the steps read. The functions throw Withheld where the request is not opened far enough. */
export interface Scene {
  readonly certificate: Certificate;
  readonly request: OpenedRequest;
  readonly base: Policy;
  readonly limits: () => Limits;
  readonly rules: () => readonly RuleState[];
  readonly requestView: () => unknown;
  readonly work: Work;
}

/** A pair with its effective contract (calculus §2). */
export interface Pair {
  readonly service: string;
  readonly model: string | null;
  readonly contract: Contract;
  readonly part: Partial<Model>;
  readonly capabilities: readonly Capability[];
  readonly guarantees: readonly Guarantee[];
  readonly cost: Cost | undefined;
  readonly draining: boolean;
  readonly leaf: HistoryLeaf | null;
  /** Whether the encoding of the service is 0 everywhere. */
  readonly inert: boolean;
}

/** The pairs of a contract in order; leaves are looked up later. */
export function pairsOf(contract: Contract, draining = false, inert = false): Pair[] {
  const parts: readonly (Model | undefined)[] = contract.models.length === 0 ? [undefined] : contract.models;
  return parts.map((part) => ({
    service: contract.service_id,
    model: part?.id ?? null,
    contract,
    part: part ?? {},
    capabilities: part?.capabilities ?? contract.capabilities,
    guarantees: part?.guarantees ?? contract.guarantees,
    cost: part?.cost ?? contract.cost,
    draining,
    leaf: null,
    inert,
  }));
}

/** "service" or "service/model": how checks name a pair. */
export function nameOf({ service, model }: { readonly service: string; readonly model: string | null }): string {
  return model === null ? service : `${service}/${model}`;
}

/** Computes once; what it throws, it throws again. */
export function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | { readonly error: unknown } | undefined;
  return () => {
    if (known === undefined) {
      try {
        known = { value: compute() };
      } catch (error) {
        known = { error };
      }
    }
    if ("error" in known) throw known.error;
    return known.value;
  };
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

/** Whether a list holds a text; a long list is made a set once, so that nobody can make it a question of minutes. */
export function holds(list: readonly string[], text: string): boolean {
  if (list.length < 16) return list.includes(text);
  let known = sets.get(list);
  if (known === undefined) sets.set(list, (known = new Set(list)));
  return known.has(text);
}

/** The least of what is said, or null. */
export function least(...values: readonly (number | null | undefined)[]): number | null {
  const said = values.filter((value) => typeof value === "number");
  return said.length === 0 ? null : Math.min(...said);
}

/** The output tokens in force: the smaller of the request's and the model's (calculus §2). */
export function outputTokens({ request }: Scene, { part }: Pair): number | null {
  return least(request.get("size.max_output_tokens"), part.max_output_tokens);
}
