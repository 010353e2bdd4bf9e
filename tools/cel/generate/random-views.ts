import type { JsonObject, JsonValue } from "@caio/core";
import { conditionScopes, type CelType, type StructType } from "@caio/rules";

import type { Dice } from "../../worlds/random/dice.ts";
import { ints, words } from "./vocabulary.ts";

/** What conditions read. */
export interface Views {
  readonly request: JsonObject;
  readonly service: JsonObject;
  readonly model: JsonObject;
}

/** Views in the shape of the schema: optional fields absent now and then, lists of 0 … 10 texts, ints up to 2^53 − 1. */
export function randomViews(dice: Dice): Views {
  const absent = dice.pick([0, 5, 25, 80]);
  const { request, service, model } = conditionScopes.effect;
  return { request: objectOf(dice, request, absent), service: objectOf(dice, service, absent), model: dice.chance(15) ? {} : objectOf(dice, model, absent) };
}

function objectOf(dice: Dice, { fields }: StructType, absent: number): JsonObject {
  const said = Object.entries(fields).filter(([, { optional }]) => !optional || !dice.chance(absent));
  return Object.fromEntries(said.map(([name, { type }]) => [name, valueOf(dice, type, absent)]));
}

function valueOf(dice: Dice, type: CelType, absent: number): JsonValue {
  if (type.kind === "struct") return objectOf(dice, type, absent);
  if (type.kind === "list") return Array.from({ length: dice.pick([0, 1, 2, 3, dice.int(0, 10)]) }, () => dice.pick(words));
  if (type.name === "bool") return dice.chance(50);
  if (type.name === "int") return dice.chance(80) ? dice.pick(ints) : dice.int(-1000, 1000);
  return dice.pick(type.values ?? words);
}
