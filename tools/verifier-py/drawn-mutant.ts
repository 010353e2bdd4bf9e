import type { CertificateMaterial, Json, JsonObject } from "@caio/verifier";

import { bundleOf, objectOf, predicateOf, statementOf, type OperatorKey, type Statement } from "../verification/bundle-writer.ts";
import { claimMutant, layers } from "../verification/claim-mutant.ts";
import { committedKinds } from "../verification/committed/committed.ts";
import { committedMutant, type LinkedDecision } from "../verification/committed/committed-mutant.ts";
import { applied, mutationsAt, patternOf, placesOf } from "../verification/mutate.ts";
import type { Dice } from "../worlds/random/dice.ts";

/** A bundle of which one place was changed, and that its operator signed all the same. */
export interface DrawnMutant {
  readonly bundle: string;
  readonly pattern: string;
  readonly change: string;
}

/** Kinds by how often they are drawn. Of `shut` ones fields are withheld as well. */
const KINDS = ["certificate", "certificate", "certificate", "policy", "policy", "contract", "contract", "request", "request", "history", "shut", "shut"] as const;

/** Changes one place of a decision's bundle, or of an input, to which all is then committed anew; undefined where nothing can change. */
export function drawnMutant(linked: LinkedDecision, statement: Statement, dice: Dice, key: OperatorKey): DrawnMutant | undefined {
  const kind = dice.pick([...KINDS, ...layers, ...committedKinds]);
  if (kind === "shut") return shutMutant(linked, dice, key);
  const layer = layers.find((known) => known === kind);
  if (layer !== undefined) {
    const claim = claimMutant(statement, layer, dice, key);
    return claim && { bundle: claim.bundle(), pattern: claim.pattern, change: claim.change };
  }
  const drawn = committedMutant(linked, committedKinds.find((known) => known === kind) ?? "policy", dice);
  return drawn === undefined ? undefined : { bundle: signed(drawn.material, key), pattern: drawn.pattern, change: drawn.change };
}

/** A changed certificate or input of which some fields of the request are not shown: a lie that hides. */
function shutMutant(linked: LinkedDecision, dice: Dice, key: OperatorKey): DrawnMutant | undefined {
  const drawn = dice.chance(50) ? committedMutant(linked, dice.pick(committedKinds), dice) : withClaim(linked.material, dice);
  if (drawn === undefined) return undefined;
  const disclosed = objectOf(drawn.material.disclosed);
  const shut = new Set(Array.from({ length: dice.int(1, 3) }, () => dice.pick(Object.keys(disclosed))));
  const shown: JsonObject = Object.fromEntries(Object.entries(disclosed).filter(([path]) => !shut.has(path)));
  const change = `${drawn.change}, without ${[...shut].sort().join(" ")}`;
  return { bundle: signed({ ...drawn.material, disclosed: shown }, key), pattern: `shut ${drawn.pattern}`, change };
}

function withClaim(material: CertificateMaterial, dice: Dice): { readonly material: CertificateMaterial; readonly pattern: string; readonly change: string } | undefined {
  const { certificate }: { readonly certificate: Json } = material;
  const places = placesOf(certificate);
  const path = dice.pick(places.get(dice.pick([...places.keys()])) ?? [[]]);
  const mutations = mutationsAt(certificate, path);
  if (mutations.length === 0) return undefined;
  const mutation = dice.pick(mutations);
  return { material: { ...material, certificate: applied(certificate, mutation) }, pattern: `certificate${patternOf(path)}`, change: mutation.name };
}

function signed(material: CertificateMaterial, key: OperatorKey): string {
  return bundleOf(predicateOf(statementOf(material), key), key);
}
