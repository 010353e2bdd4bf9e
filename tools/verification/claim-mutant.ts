import { canonical, isObject, type CertificateMaterial, type Json } from "@caio/verifier";

import type { Dice } from "../worlds/random/dice.ts";
import { bundleOf, objectOf, predicateOf, sealed, statementOf, textOf, type Entry, type OperatorKey, type Statement } from "./bundle-writer.ts";
import { applied, mutationsAt, patternOf, placesOf, type Mutation } from "./mutate.ts";

/** What of a bundle a mutant is about; the operator writes anew whatever follows from it, but no input is committed to anew. */
export const layers = ["certificate", "material", "entries", "predicate", "statement", "envelope"] as const;
export type Layer = (typeof layers)[number];
const logged = ["registry", "policy", "history", "decision"] as const;

const places = new WeakMap<object, Map<string, Known>>();

/** A bundle of which one place was changed. */
export interface ClaimMutant {
  readonly pattern: string;
  readonly change: string;
  /** Signed and logged. */
  readonly bundle: () => string;
  /** What the bundle holds of the decision, where it is that which was changed. */
  readonly material: CertificateMaterial | undefined;
}

/** One place of a layer of a bundle changed; undefined where nothing can change. */
export function claimMutant(statement: Statement, layer: Layer, dice: Dice, key: OperatorKey): ClaimMutant | undefined {
  const known = places.get(statement) ?? new Map<string, Known>();
  places.set(statement, known);
  const { root, all } = known.get(layer) ?? knownOf(rootOf(statement, layer, key));
  known.set(layer, { root, all });
  const pattern = dice.pick([...all.keys()]);
  const path = dice.pick(all.get(pattern) ?? [[]]);
  const mutations = layer === "entries" && path.length < 2 ? [] : mutationsAt(root, path);
  if (mutations.length === 0) return undefined;
  const mutation = dice.pick(mutations);
  return { bundle: () => rewritten(statement, layer, root, mutation, key), material: materialOf(statement, layer, root, mutation), pattern: `${layer}${patternOf(mutation.path)}`, change: mutation.name };
}

function materialOf({ material }: Statement, layer: Layer, root: Json, mutation: Mutation): CertificateMaterial | undefined {
  if (layer === "certificate") return { ...material, certificate: applied(root, mutation) };
  const changed = layer === "material" ? objectOf(applied(root, mutation)) : undefined;
  if (changed === undefined || Object.keys(changed).length !== Object.keys(material).length - 1) return undefined;
  const { contracts = null, encodings = null, policies = null, disclosed = null } = changed;
  return { certificate: material.certificate, contracts, encodings, policies, disclosed };
}

interface Known {
  readonly root: Json;
  readonly all: ReturnType<typeof placesOf>;
}

function knownOf(root: Json): Known {
  return { root, all: placesOf(root) };
}

function rootOf(statement: Statement, layer: Layer, key: OperatorKey): Json {
  const { certificate, ...material } = statement.material;
  if (layer === "certificate") return certificate;
  if (layer === "material") return { ...material };
  if (layer === "entries") return Object.fromEntries(logged.map((kind) => [kind, { ...statement.entries[statement.at[kind] ?? 0] }]));
  const predicate = predicateOf(statement, key);
  if (layer === "predicate") return { log: predicate["log"] ?? null, verifier: predicate["verifier"] ?? null, timeCreated: predicate["timeCreated"] ?? null };
  const bundle = JSON.parse(bundleOf(predicate, key)) as Record<string, Json>;
  if (layer === "envelope") return bundle;
  const inner = JSON.parse(Buffer.from(textOf(bundle["payload"]), "base64").toString()) as Record<string, Json>;
  return Object.fromEntries(Object.entries(inner).filter(([name]) => name !== "predicate"));
}

/** The operator's new bundle: everything that follows from the change is written again, and nothing else. */
function rewritten(statement: Statement, layer: Layer, root: Json, mutation: Mutation, key: OperatorKey): string {
  const changed = applied(root, mutation);
  if (layer === "envelope") return canonical(changed);
  if (layer === "certificate") return bundleOf(predicateOf(statementOf({ ...statement.material, certificate: changed }), key), key);
  if (layer === "material") {
    const material = { ...objectOf(changed), certificate: statement.material.certificate };
    const log = predicateOf(statement, key);
    return bundleOf({ verifier: log["verifier"] ?? null, timeCreated: log["timeCreated"] ?? null, log: log["log"] ?? null, ...material }, key);
  }
  if (layer === "entries") {
    const lies = objectOf(changed);
    const entries = statement.entries.map((entry, at) => {
      const lie = logged.map((kind) => (statement.at[kind] === at ? lies[kind] : undefined)).find(isObject);
      return lie === undefined ? entry : (lie as unknown as Entry);
    });
    return bundleOf(predicateOf({ ...statement, entries }, key), key);
  }
  const { material } = statement;
  if (layer === "predicate") return bundleOf({ ...material, ...objectOf(changed) }, key);
  return sealed({ ...objectOf(changed), ...(mutation.path.length === 0 ? {} : { predicate: predicateOf(statement, key) }) }, key);
}
