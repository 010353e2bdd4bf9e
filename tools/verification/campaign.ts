import { caioRoute } from "@caio/orchestrator";
import { canonical, isObject, verifyBundle, type Json } from "@caio/verifier";

import { Dice } from "../worlds/random/dice.ts";
import { randomWorld } from "../worlds/random-world.ts";
import { bundleOf, objectOf, operatorKey, predicateOf, sealed, statementOf, textOf, type Entry, type Statement } from "./bundle-writer.ts";
import { loggedInputs, materialOf } from "./material.ts";
import { applied, mutationsAt, patternOf, placesOf, type Mutation } from "./mutate.ts";

/** What of a bundle a mutant is about; the operator re-links whatever follows from it. */
const layers = ["certificate", "material", "entries", "predicate", "statement", "envelope"] as const;
type Layer = (typeof layers)[number];
const logged = ["registry", "policy", "history", "decision"] as const;

/** A mutant that the verifier did not refuse. */
export interface Survivor {
  readonly seed: number;
  /** Pairs that the decision judged. */
  readonly pairs: number;
  readonly pattern: string;
  readonly change: string;
  /** How the report stands: `withheld` where a field went missing rather than false. */
  readonly conclusion: string;
}

export interface CampaignResult {
  readonly mutants: number;
  readonly killed: number;
  /** Killed by a check of this name, and no other failed. */
  readonly aloneBy: ReadonlyMap<string, number>;
  readonly patterns: ReadonlySet<string>;
  readonly survivors: readonly Survivor[];
}

const key = operatorKey();

/**
 * Takes valid bundles of random worlds, changes one field of each copy, has the operator write, log and sign it all again,
 * and asks the verifier. Places are drawn by pattern, so that long lists do not crowd out single fields.
 */
export async function runCampaign(from: number, worlds: number, each: number): Promise<CampaignResult> {
  const survivors: Survivor[] = [];
  const aloneBy = new Map<string, number>();
  const patterns = new Set<string>();
  let mutants = 0;
  for (let seed = from, made = 0; made < worlds; seed++) {
    const world = randomWorld(seed);
    const decision = caioRoute(world.request, loggedInputs(world));
    if (decision.verdicts.length > 14) continue;
    made++;
    const statement = statementOf(materialOf(world, decision));
    const dice = new Dice(seed);
    for (let i = 0; i < each; i++) {
      const drawn = mutant(statement, dice);
      if (drawn === undefined) continue;
      mutants++;
      patterns.add(drawn.pattern);
      const report = await verifyBundle(drawn.bundle, { publicKey: key.publicKey });
      const failed = report.checks.filter(({ verdict }) => verdict === "fail");
      if (report.valid || !report.knownVersion) survivors.push({ seed, pairs: decision.verdicts.length, pattern: drawn.pattern, change: drawn.change, conclusion: report.knownVersion ? report.conclusion : "unknown version" });
      else if (failed.length === 1) aloneBy.set(failed[0]?.name.split(".").slice(0, 2).join(".") ?? "", (aloneBy.get(failed[0]?.name.split(".").slice(0, 2).join(".") ?? "") ?? 0) + 1);
    }
  }
  return { mutants, killed: mutants - survivors.length, aloneBy, patterns, survivors };
}

const places = new WeakMap<object, Map<string, ReturnType<typeof placesOf>>>();

function mutant(statement: Statement, dice: Dice): { readonly bundle: string; readonly pattern: string; readonly change: string } | undefined {
  const layer = dice.pick<Layer>(["certificate", "certificate", "certificate", ...layers]);
  const root = rootOf(statement, layer);
  const known = places.get(statement) ?? new Map<string, ReturnType<typeof placesOf>>();
  places.set(statement, known);
  const all = known.get(layer) ?? placesOf(root);
  known.set(layer, all);
  const pattern = dice.pick([...all.keys()]);
  const path = dice.pick(all.get(pattern) ?? [[]]);
  const mutations = layer === "entries" && path.length < 2 ? [] : mutationsAt(root, path);
  if (mutations.length === 0) return undefined;
  const mutation = dice.pick(mutations);
  return { bundle: rewritten(statement, layer, root, mutation), pattern: `${layer}${patternOf(mutation.path)}`, change: mutation.name };
}

function rootOf(statement: Statement, layer: Layer): Json {
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
function rewritten(statement: Statement, layer: Layer, root: Json, mutation: Mutation): string {
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
