import type { JsonValue } from "@caio/core";

import { MAX_DOCUMENT_DEPTH } from "../document/lexical-guard.ts";
import type { ContextItem, RequestDocument } from "../request.ts";
import { wordPattern } from "../schema/encodings.ts";
import { MAX_CONTEXT_ITEMS } from "../schema/request/request-document.ts";

/** What changes from request to request of one caller, while its terms stay. */
export interface RequestContent {
  readonly text: string;
  /** At most 64. */
  readonly context: readonly ContextItem[];
  readonly payload: JsonValue;
}

/** Where a payload stands in a request document: `data`, `payload`. */
const PAYLOAD_DEPTH = 2;

/**
 * A parsed document with other content: what `parseRequestValue` gives for the same terms and this content, in a fraction of its
 * time, since only the content is looked at. Undefined for content that it would refuse or change; parse the whole document then, which
 * also says what is wrong. The content is kept and not copied: it must never change again, since what is written of it is remembered.
 *
 * @example
 * ```ts
 * import { parseRequestValue, withContent } from "@caio/contracts";
 *
 * const terms = parseRequestValue({ requirements: { capabilities: [{ type: "inference.chat" }] } });
 * withContent(terms, { text: "Hello", context: [], payload: { say: "Hello" } })?.intent.text; // "Hello"
 * ```
 */
export function withContent(terms: RequestDocument, { text, context, payload }: RequestContent): RequestDocument | undefined {
  const good = isWellFormed(text) && context.length <= MAX_CONTEXT_ITEMS && context.every(isItem) && isPlainJson(payload, PAYLOAD_DEPTH);
  if (!good) return undefined;
  return { ...terms, intent: { ...terms.intent, text }, context, data: { ...terms.data, payload } };
}

function isItem({ role, text }: ContextItem): boolean {
  return wordPattern.test(role) && isWellFormed(role) && isWellFormed(text);
}

/** JSON that the parser would keep as it is. */
function isPlainJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "string") return isWellFormed(value);
  if (typeof value === "number") return Number.isSafeInteger(value) ? !Object.is(value, -0) : Number.isFinite(value) && !Number.isInteger(value);
  if (typeof value !== "object" || depth >= MAX_DOCUMENT_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isPlainJson(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype) return false;
  return Object.entries(value).every(([key, member]) => key !== "__proto__" && isWellFormed(key) && isPlainJson(member, depth + 1));
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
