import { CaioError, digest, type Digest } from "@caio/core";
import { effectivePolicy, policyDigest, RuleEngine, type PolicySet } from "@caio/rules";

/** Effective policies kept compiled. */
const MAX_COMPILED = 256;

/** An effective policy with its rules compiled. */
export interface CompiledPolicy {
  readonly set: PolicySet;
  readonly engine: RuleEngine;
}

/**
 * P as a decision reads it: one version of the base policy and of every policy that a request may name (calculus §0).
 * Immutable. Each effective policy is compiled once, when it is first asked for.
 */
export class PolicySnapshot {
  readonly version: number;
  readonly base: PolicySet;
  readonly named: Readonly<Record<string, PolicySet>>;
  readonly baseDigest: Digest;
  readonly namedDigests: Readonly<Record<string, Digest>>;
  /** digest({ base, named }) of the digests (certificate §3). */
  readonly digest: Digest;
  readonly #compiled = new Map<string, CompiledPolicy>();

  constructor(version: number, base: PolicySet, named: Readonly<Record<string, PolicySet>> = {}) {
    this.version = version;
    this.base = base;
    this.named = named;
    this.baseDigest = policyDigest(base);
    this.namedDigests = Object.fromEntries(Object.entries(named).map(([id, set]) => [id, policyDigest(set)]));
    this.digest = digest({ base: this.baseDigest, named: this.namedDigests });
  }

  /**
   * The base policy tightened by those that the request names.
   *
   * @throws CaioError `UnknownPolicy` for a name that is not here.
   */
  effective(names: readonly string[]): CompiledPolicy {
    const key = names.join(" ");
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const set = effectivePolicy(
      this.base,
      names.map((name) => this.#require(name)),
    );
    const compiled = { set, engine: new RuleEngine(set) };
    // Callers name policies: what they can make us keep is bounded.
    if (this.#compiled.size >= MAX_COMPILED) this.#compiled.clear();
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #require(name: string): PolicySet {
    const set = Object.hasOwn(this.named, name) ? this.named[name] : undefined;
    if (set !== undefined) return set;
    const names = Object.keys(this.named).sort();
    throw new CaioError(
      "UnknownPolicy",
      `The request names policy ${JSON.stringify(name)}; known are ${names.join(", ") || "none"}. Name one of these, or store the policy first.`,
      { details: { found: name, known: names } },
    );
  }
}
