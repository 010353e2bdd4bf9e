import { limitsInForce } from "../../src/calculus/limits.ts";
import { compiledRules, requestView, rulesInForce } from "../../src/calculus/rules.ts";
import { once, OpenedRequest, pairsOf, type OpenedValues, type Pair, type Scene } from "../../src/calculus/scene.ts";
import type { Check } from "../../src/report/report.ts";
import type { Certificate } from "../../src/shape/certificate-shape.ts";
import type { Contract, HistoryLeaf, Policy, Rule } from "../../src/shape/wire-shapes.ts";

/** What a scene is made of beside what is always so. */
export interface SceneTerms {
  readonly said?: OpenedValues;
  /** Not opened. */
  readonly withheld?: readonly string[];
  readonly rules?: readonly Rule[];
  readonly base?: Partial<Policy>;
  readonly named?: readonly Policy[];
  readonly certificate?: Partial<Certificate>;
}

/** A policy that wants nothing. */
export const house = {
  id: "house", currency: "USD", rates: {}, limits: {}, rules: [], safety: { forbidden: [], needs_filtering: [] }, privacy: { mode: "strict", sensitive: [], allowed_labels: {} },
  exploration: { epsilon_ppm: 0, max_loss_micros: 0 }, weights: { intent: 0, attention: 0, rl: 0, resonance: 0, model: 0, cost: 0, risk: 0, latency: 0 },
  control: { excite_micros: 0, damp_micros: 0, c_micros: 0, m_micros: 1, interval_micros: 1_000_000, e_max_micros: 2_000_000 },
} as unknown as Policy;

/** A contract that says as little as one can. */
export const plain: Contract = {
  service_id: "a", name: "A", version: "12.3.4", capabilities: [], guarantees: [], models: [], privacy: { compliance: [] }, alignment: {},
  access: { required_permissions: [], match: "any", required_trust_level: 0, tenants: [], public: true }, constraints: {}, api: { protocol: "http", endpoints: [] }, metadata: { tags: [] },
};

/** A scene in which nothing is said but this, as the verifier sets it up: what is not said is committed to as unsaid. */
export function sceneOf({ said = {}, withheld = [], rules = [], base = {}, named = [], certificate = {} }: SceneTerms = {}): Scene {
  const commitments = new Proxy({}, { get: (_none, path) => (path in said || withheld.includes(String(path)) ? "committed" : null) });
  const request = new OpenedRequest(commitments, said);
  const policy = { ...house, rules: [...rules], ...base };
  const limits = once(() => limitsInForce(request, policy, named));
  const parts = { now: 5_000, lineage: null, authentication: { clause: "authentication", method: "local", alg: null, keyId: null, exp: null, nbf: null }, ...certificate } as unknown as Certificate;
  const ground = { request, base: policy, limits, requestView: once(() => requestView({ request, limits })), work: { left: 100_000 }, certificate: parts };
  return {
    ...ground,
    rules: once(() => {
      request.get("policies");
      return rulesInForce(ground, [policy, ...named].map(compiledRules), named.map(({ id }) => id));
    }),
  };
}

/** The first pair of a contract. */
export function pairOf(change: Partial<Contract> = {}, leaf: HistoryLeaf | null = null): Pair {
  const [pair] = pairsOf({ ...plain, ...change });
  if (pair === undefined) throw new Error("There is a pair.");
  return { ...pair, leaf };
}

/** A leaf of H of which nothing is known but this. */
export function leafOf(change: Partial<HistoryLeaf>): HistoryLeaf {
  return { health: "healthy", promises: [], outcomes: 0, violations: 0, learned: null, memory: null, ...change };
}

/** A rule of priority 0. */
export function rule(id: string, effect: Rule["effect"], more: Partial<Rule> = {}): Rule {
  return { id, priority: 0, reason: "why", effect, ...more };
}

/** The checks that fail, by name. */
export function failing(checks: readonly Check[]): readonly string[] {
  return checks.filter(({ verdict }) => verdict === "fail").map(({ name }) => name);
}
