import type { CelMacro } from "../profile.ts";
import type { Evaluate } from "./evaluate.ts";
import { CelFault } from "./fault.ts";
import type { Frame } from "./frame.ts";
import { noBool, noChoice } from "./mismatch.ts";
import { fullTypeName, isList, type Value } from "./value.ts";

/** @param nesting - how many macros are around this one: where its items stand in the frame */
type Macro = (range: Evaluate, body: Evaluate, nesting: number) => Evaluate;

/** `all` is `&&` over the items. */
const all: Macro = (range, body, nesting) => (frame) => {
  const items = itemsOf(range(frame));
  if (items instanceof CelFault) return items;
  let fault: CelFault | undefined;
  for (const item of items) {
    frame.items[nesting] = item;
    const value = body(frame);
    if (value === false) return false;
    if (value !== true) fault ??= noBool(value);
  }
  return fault ?? true;
};

/** `exists` is `||` over the items. */
const exists: Macro = (range, body, nesting) => (frame) => {
  const items = itemsOf(range(frame));
  if (items instanceof CelFault) return items;
  let fault: CelFault | undefined;
  for (const item of items) {
    frame.items[nesting] = item;
    const value = body(frame);
    if (value === true) return true;
    if (value !== false) fault ??= noBool(value);
  }
  return fault ?? false;
};

const existsOne: Macro = (range, body, nesting) => (frame) => {
  const chosen = chosenItems(range, body, nesting, frame);
  return chosen instanceof CelFault ? chosen : chosen.length === 1;
};

const filter: Macro = (range, body, nesting) => (frame) => chosenItems(range, body, nesting, frame);

const map: Macro = (range, body, nesting) => (frame) => {
  const items = itemsOf(range(frame));
  if (items instanceof CelFault) return items;
  const values: Value[] = [];
  for (const item of items) {
    frame.items[nesting] = item;
    const value = body(frame);
    if (value instanceof CelFault) return value;
    values.push(value);
  }
  return values;
};

export const macros: Readonly<Record<CelMacro, Macro>> = { all, exists, exists_one: existsOne, filter, map };

/** The items for which the body is true. Of several errors the last is named: each takes the place of what was gathered before. */
function chosenItems(range: Evaluate, body: Evaluate, nesting: number, frame: Frame): CelFault | readonly Value[] {
  const items = itemsOf(range(frame));
  if (items instanceof CelFault) return items;
  const chosen: Value[] = [];
  let fault: CelFault | undefined;
  for (const item of items) {
    frame.items[nesting] = item;
    const value = body(frame);
    if (value === true) chosen.push(item);
    else if (value !== false) fault = noChoice(value);
  }
  return fault ?? chosen;
}

/** What a macro runs over. Only data of another shape than the schema's has a map here, whose keys it is. */
function itemsOf(value: Value): CelFault | readonly Value[] {
  if (isList(value) || value instanceof CelFault) return value;
  return value instanceof Map ? [...(value as ReadonlyMap<string, Value>).keys()] : new CelFault(`type mismatch: iterable vs ${fullTypeName(value)}`);
}
