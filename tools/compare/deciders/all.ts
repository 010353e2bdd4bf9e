import type { Decide, Shop } from "../world/facts.ts";
import { caio } from "./caio.ts";
import { casbin } from "./casbin.ts";
import { cedar } from "./cedar.ts";
import { cel } from "./cel.ts";
import { handWritten } from "./hand-written.ts";
import { jsonRules } from "./json-rules.ts";

export const OURS = "this router, with certificate";
export const OURS_PLAIN = "this router, without";
export const HAND_WRITTEN = "hand-written filter and argmax";

/** Everyone, by the name in the table. */
export async function allDeciders(shop: Shop): Promise<ReadonlyMap<string, Decide>> {
  return new Map([
    [OURS, caio(shop, { certified: true })],
    [OURS_PLAIN, caio(shop, { certified: false })],
    ["this router, with certificate, text encoded too", caio(shop, { certified: true, encoded: true })],
    [HAND_WRITTEN, handWritten(shop)],
    ["@bufbuild/cel 0.6.1", cel(shop)],
    ["json-rules-engine 7.3.1", jsonRules(shop)],
    ["casbin 5.51.1", await casbin(shop)],
    ["@cedar-policy/cedar-wasm 4.13.0", cedar(shop)],
  ]);
}

/** Those that the speed of this project is held against as engines of rules. */
export function isEngine(name: string): boolean {
  return !name.startsWith("this router") && name !== HAND_WRITTEN;
}
