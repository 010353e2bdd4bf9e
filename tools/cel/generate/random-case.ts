import type { ConditionScope } from "@caio/rules";
import type { JsonObject, JsonValue } from "@caio/core";

import { Dice } from "../../worlds/random/dice.ts";
import type { Case } from "../evaluators.ts";
import { randomTree } from "./random-tree.ts";
import { randomViews } from "./random-views.ts";
import { spoilSource } from "./spoil-source.ts";
import { sourceOf, type Tree } from "./tree.ts";
import { fieldsOf } from "./vocabulary.ts";

/** A case, with the tree of its condition where it has one. */
export interface RandomCase extends Case {
  readonly tree?: Tree;
}

/** One seed, one case: mostly conditions of the profile, some texts near it, few long ones, few values that are no bool. */
export function randomCase(seed: number): RandomCase {
  const dice = new Dice(seed);
  const scope: ConditionScope = dice.chance(20) ? "when" : "effect";
  const views = randomViews(dice);
  const roll = dice.int(0, 99);
  if (roll < 2) return bareFlag(dice, views);
  if (roll < 4) return { source: longSource(dice), scope: "effect", views };
  const depth = dice.pick([1, 2, 2, 3, 3, 4, 4, 5]);
  const tree = randomTree(dice, scope, depth, roll < 6 ? dice.pick(["int", "string", "strings", "ints"]) : "bool");
  if (roll < 20) return { source: spoilSource(dice, sourceOf(tree)), scope, views };
  return { source: sourceOf(tree), scope, views, tree };
}

/** A field that should be a bool and holds a text: the only way for a loaded condition to be neither true nor false. */
function bareFlag(dice: Dice, views: Case["views"]): RandomCase {
  const path = dice.pick(fieldsOf.effect.filter(({ kind }) => kind === "bool")).path;
  const [, ...fields] = path.split(".");
  return { source: path, scope: "effect", views: { ...views, service: withValue(views.service, fields, dice.pick(["", "true", 1, ["a"]])) } };
}

function withValue(object: JsonObject, [first = "", ...rest]: readonly string[], value: JsonValue): JsonObject {
  if (rest.length === 0) return { ...object, [first]: value };
  const inner = object[first];
  const isObject = typeof inner === "object" && inner !== null && !Array.isArray(inner);
  return { ...object, [first]: withValue(isObject ? { ...(inner as JsonObject) } : {}, rest, value) };
}

/** Chains, lists and nestings about as long as the profile allows. */
function longSource(dice: Dice): string {
  const part = sourceOf({ ...randomTree(dice, "effect", dice.int(0, 1)), bracketed: false });
  const count = dice.pick([dice.int(2, 40), dice.int(160, 260)]);
  const chain = Array.from({ length: Math.min(count, 40) }, () => `(${part})`).join(dice.pick([" && ", " || ", "&&", " == "]));
  const literal = dice.pick(["-1", "1", "-9007199254740991"]);
  const brackets = dice.int(1, 34);
  return dice.pick([
    chain,
    `1 in [${Array.from({ length: count }, () => literal).join(",")}]`,
    `true in [${Array.from({ length: Math.min(count, 190) }, () => "has(model.id)").join(", ")}]`,
    `${"(".repeat(brackets)}${part}${")".repeat(brackets)}`,
    `${dice.pick(["!", "-"]).repeat(dice.int(1, 34))}${dice.pick(["true", "1 == 1", "size(request.labels) == 0"])}`,
    `${Array.from({ length: dice.int(28, 34) }, () => "1").join(dice.pick([" + ", " * ", " - "]))} > 0`,
    `${part}${" ".repeat(dice.int(0, 4096))}`,
  ]);
}
