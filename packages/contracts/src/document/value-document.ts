import { DecimalText, type DocumentValue } from "./decimal-text.ts";
import { MAX_DOCUMENT_DEPTH } from "./lexical-guard.ts";
import { pathText, type Problem } from "./problem.ts";
import type { DocumentReading } from "./yaml-document.ts";

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The same door for a value that is already in memory: the body of an HTTP request, an object in a program. Depth is
 * limited as in text; size is the caller's business. Numbers are read from their shortest text. Never throws.
 */
export function documentOfValue(value: unknown, options: { readonly file: string }): DocumentReading {
  const problems: Problem[] = [];
  const converted = convert(value, [], options.file, problems);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, document: { file: options.file, value: converted, locate: () => ({ line: 1, column: 1 }) } };
}

function convert(value: unknown, path: PropertyKey[], file: string, problems: Problem[]): DocumentValue {
  const refuse = (found: string, expected: string): null => {
    problems.push({ file, line: 1, column: 1, path: pathText(path), found, expected });
    return null;
  };
  if (path.length > MAX_DOCUMENT_DEPTH) return refuse("a value nested deeper than 64 levels", "at most 64 levels");
  if (value === null || typeof value === "boolean" || value instanceof DecimalText) return value;
  if (typeof value === "string") {
    return LONE_SURROGATE.test(value) ? refuse("a lone surrogate", "well-formed Unicode") : value;
  }
  if (typeof value === "number") {
    return Number.isFinite(value) ? DecimalText.ofNumber(value) : refuse("NaN or an infinity", "a finite number");
  }
  if (Array.isArray(value)) {
    return Array.from(value, (item: unknown, index) => convert(item, [...path, index], file, problems));
  }
  if (typeof value !== "object") return refuse(typeof value, "a JSON value");
  const result: Record<string, DocumentValue> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    if (key === "__proto__") return refuse('the key "__proto__"', "another name");
    if (LONE_SURROGATE.test(key)) return refuse("a key with a lone surrogate", "well-formed Unicode");
    result[key] = convert(member, [...path, key], file, problems);
  }
  return result;
}
