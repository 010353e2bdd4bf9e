import type { JsonObject, JsonValue } from "@caio/core";

import type { StructType } from "../cel-type.ts";
import { conditionScopes } from "../schema.ts";
import { unreadableValue } from "../unreadable.ts";
import { CelFault } from "./fault.ts";
import { valueOf, type Value } from "./value.ts";

export type Root = keyof (typeof conditionScopes)["effect"];

/** One object of the data, read once: what each path of the schema leads to. */
export interface Facts {
  /** By `slotOf`. An error where the path is absent; true where it leads to an object. */
  readonly slots: readonly Value[];
  /** Why a path cannot be read by any condition, by slot. Absent: all can. */
  readonly unreadable?: ReadonlyMap<number, string>;
  /** Another one for each object that was read; above 0. */
  readonly turn: number;
}

/** A path of the schema. Each stands after the path that it continues. */
interface Place {
  readonly path: string;
  readonly field: string;
  /** Slot of the path before the last dot; −1 for the root. */
  readonly parent: number;
  readonly isObject: boolean;
  readonly absent: CelFault;
}

/** In place of what is not given at all: a request, a service or a model. */
export const unresolved = new CelFault("unresolved attribute");

const { request, service, model } = conditionScopes.effect;
const places: Readonly<Record<Root, readonly Place[]>> = {
  request: placesOf("request", request),
  service: placesOf("service", service),
  model: placesOf("model", model),
};
const slots = new Map(Object.values(places).flatMap((list) => list.map(({ path }, at) => [path, at] as const)));
const nothing: Readonly<Record<Root, Facts>> = { request: read("request", undefined, 1), service: read("service", undefined, 2), model: read("model", undefined, 3) };
const known: Readonly<Record<"service" | "model", WeakMap<JsonObject, Facts>>> = { service: new WeakMap(), model: new WeakMap() };
let turns = 3;

/** The object as conditions read it. */
export function readFacts(root: Root, view: JsonObject | undefined): Facts {
  if (view === undefined) return nothing[root];
  turns += 1;
  return read(root, view, turns);
}

/**
 * The same for what many requests are held against: kept as long as the object, which must not change afterwards. Of a request nothing is
 * kept: what stands in a weak map outlives many collections of what is young.
 */
export function factsOf(root: "service" | "model", view: JsonObject | undefined): Facts {
  if (view === undefined) return nothing[root];
  const kept = known[root].get(view);
  if (kept !== undefined) return kept;
  const facts = readFacts(root, view);
  known[root].set(view, facts);
  return facts;
}

/** @param path - of the schema, such as `service.privacy.regions` */
export function slotOf(path: string): number {
  const slot = slots.get(path);
  if (slot === undefined) throw new Error(`There is no field ${path} in the schema. Check the types of a condition before it is compiled.`);
  return slot;
}

/** The slot of the object that holds the last field of the path; −1 if that is the root. */
export function parentSlotOf(path: string): number {
  return slots.get(path.slice(0, path.lastIndexOf("."))) ?? -1;
}

export function rootOf(path: string): Root {
  if (path.startsWith("request.")) return "request";
  return path.startsWith("service.") ? "service" : "model";
}

function placesOf(root: Root, type: StructType): readonly Place[] {
  const list: Place[] = [];
  const add = (path: string, parent: number, { fields }: StructType): void => {
    for (const [field, { type: below }] of Object.entries(fields)) {
      const place = { path: `${path}.${field}`, field, parent, isObject: below.kind === "struct", absent: new CelFault(`field not found: ${field}`) };
      const slot = list.push(place) - 1;
      if (below.kind === "struct") add(place.path, slot, below);
    }
  };
  add(root, -1, type);
  return list;
}

function read(root: Root, view: JsonObject | undefined, turn: number): Facts {
  const found: (JsonValue | undefined)[] = [];
  const values: Value[] = [];
  let unreadable: Map<number, string> | undefined;
  for (const { path, field, parent, isObject, absent } of places[root]) {
    const value = memberOf(parent < 0 ? view : found[parent], field);
    const slot = found.push(value) - 1;
    const above = parent < 0 ? view === undefined && unresolved : values[parent];
    if (value === undefined) values.push(above instanceof CelFault ? above : absent);
    else values.push(isObject || (typeof value === "object" && !Array.isArray(value) ? valueOf(value) : (value as Value)));
    const why = unreadableValue(value, path);
    if (why !== undefined) (unreadable ??= new Map<number, string>()).set(slot, why);
  }
  return { slots: values, turn, ...(unreadable !== undefined && { unreadable }) };
}

/** Undefined where the object has no such member, or null. */
function memberOf(object: JsonValue | undefined, field: string): JsonValue | undefined {
  if (typeof object !== "object" || object === null || Array.isArray(object) || !Object.hasOwn(object, field)) return undefined;
  return (object as JsonObject)[field] ?? undefined;
}
