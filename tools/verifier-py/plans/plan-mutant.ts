import type { Json, JsonObject } from "@caio/verifier";

import { objectOf, type OperatorKey } from "../../verification/bundle-writer.ts";
import { applied, mutationsAt, patternOf, placesOf } from "../../verification/mutate.ts";
import type { Dice } from "../../worlds/random/dice.ts";
import { otherChoice, otherLimits, otherProof, type PlanChange } from "./plan-lies.ts";
import { listOf, plannedStatement, relinked, resealed, type PlanMaterial } from "./plan-statement.ts";

/** A plan's bundle with one change, signed and logged by its operator as if nothing were amiss. */
export interface PlanMutant {
  readonly bundle: string;
  readonly change: string;
}

/** Kinds by how often they are drawn. */
const KINDS = ["certificate", "certificate", "certificate", "step", "step", "opened", "shut", "shut", "parts", "around", "limits", "limits", "choice", "choice", "proof", "proof"] as const;

/** One change of a plan's statement, drawn; undefined where nothing can change. */
export function planMutant(statement: JsonObject, dice: Dice, key: OperatorKey): PlanMutant | undefined {
  const kind = dice.pick(KINDS);
  const material = objectOf(statement["predicate"]);
  const change = kind === "around" ? changedAround(plannedStatement(material, key), dice) : changed(material, kind, dice);
  if (change === undefined) return undefined;
  const stated = kind === "around" ? change.material : plannedStatement(change.material, key);
  return { bundle: resealed(stated, key), change: `${kind} ${change.name}` };
}

function changed(material: PlanMaterial, kind: Exclude<(typeof KINDS)[number], "around">, dice: Dice): PlanChange | undefined {
  if (kind === "certificate") return within(material, ["certificate"], dice);
  if (kind === "parts") return within(material, [dice.pick(["contracts", "encodings", "policies", "verifier"])], dice);
  if (kind === "limits") return otherLimits(material, dice);
  if (kind === "choice") return otherChoice(material, dice);
  if (kind === "proof") return otherProof(material, dice);
  const step = dice.int(0, listOf(material["steps"]).length - 1);
  if (kind === "shut") return shut(material, dice.chance(50) ? ["disclosed"] : ["steps", step, "disclosed"], dice);
  if (kind === "opened") return within(material, dice.chance(50) ? ["disclosed"] : ["steps", step, "disclosed"], dice);
  const found = within(material, ["steps", step, "certificate"], dice);
  return found && { ...found, material: relinked(found.material) };
}

/** A change of one place below a path. */
function within(root: JsonObject, below: readonly (string | number)[], dice: Dice): PlanChange | undefined {
  const inner = below.reduce<Json>((value, step) => (typeof step === "number" ? listOf(value)[step] : objectOf(value)[step]) ?? null, root);
  const places = placesOf(inner);
  const path = dice.pick(places.get(dice.pick([...places.keys()])) ?? [[]]);
  const mutations = mutationsAt(inner, path);
  if (mutations.length === 0) return undefined;
  const mutation = dice.pick(mutations);
  return { material: objectOf(applied(root, { ...mutation, path: [...below, ...path] })), name: `${patternOf([...below, ...path])} ${mutation.name}` };
}

/** Some of what was opened is withheld, and perhaps a lie beside it. */
function shut(material: PlanMaterial, below: readonly (string | number)[], dice: Dice): PlanChange | undefined {
  const opened = objectOf(below.reduce<Json>((value, step) => (typeof step === "number" ? listOf(value)[step] : objectOf(value)[step]) ?? null, material));
  const names = dice.several(Object.keys(opened), 10);
  const kept = Object.fromEntries(Object.entries(opened).filter(([name]) => !names.includes(name)));
  const hidden = objectOf(applied(material, { path: below, name: "", value: kept }));
  const lie = dice.chance(50) ? within(hidden, ["certificate"], dice) : undefined;
  return { material: lie?.material ?? hidden, name: `without ${names.join(" ")}${lie === undefined ? "" : `, ${lie.name}`}` };
}

/** What stands around certificate and decisions: the log, the subject, the time. */
function changedAround(statement: JsonObject, dice: Dice): PlanChange | undefined {
  const below = dice.pick([["predicate", "log"], ["predicate", "log"], ["subject"], ["predicate", "timeCreated"], ["_type"]] as const);
  return within(statement, below, dice);
}
