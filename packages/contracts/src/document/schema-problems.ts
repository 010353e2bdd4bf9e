import type { z } from "zod";

import { DecimalText, type DocumentPath, type DocumentValue } from "./decimal-text.ts";
import { nearMatch } from "./near-match.ts";
import { MAX_PROBLEMS, pathText, type Problem } from "./problem.ts";
import type { LocatedDocument } from "./yaml-document.ts";

/** What our own checks say in `params` of a zod issue. */
export interface IssueDetails {
  /** What was found; without it the value is described. */
  readonly found?: string;
  readonly expected?: string;
  /** The value was of the wrong kind, so another branch of a union may have been meant. */
  readonly kind?: boolean;
  /** The name that was written, where it is not the value itself. */
  readonly written?: string;
  /** Known names, for "did you mean". */
  readonly known?: readonly string[];
  /** The key itself is what is wrong. */
  readonly unknownKey?: boolean;
}

type Issue = z.core.$ZodIssue;

/** Text under these keys may be a secret or somebody's words, and is never shown. */
const PRIVATE_KEYS = new Set(["secret", "auth", "payload", "context", "intent", "text", "traits", "evidence", "subject", "base_url"]);
const MAX_SHOWN = 60;
/** Anything else may be a sentence of somebody's. */
const SHORT_WORD = /^\S{0,40}$/;

/**
 * What zod found wrong, in the words and places of the document.
 *
 * @param relocate - from a path of what the schema saw to a path of the document
 */
export function schemaProblems(
  issues: readonly Issue[],
  document: LocatedDocument,
  relocate: (path: DocumentPath) => DocumentPath = (path) => path,
): Problem[] {
  const placed = issues.slice(0, MAX_PROBLEMS).flatMap((issue) => settleUnions(issue, []));
  const problems = placed.map(({ issue, path }) => {
    return toProblem(issue, writtenPath(document.value, relocate(path)), document);
  });
  return problems.sort((a, b) => a.line - b.line || a.column - b.column);
}

interface PlacedIssue {
  readonly issue: Issue;
  readonly path: DocumentPath;
}

/** Of a union's branches, the one that was most likely meant: right kind, then fewest issues. */
function settleUnions(issue: Issue, prefix: DocumentPath): PlacedIssue[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "invalid_key" || issue.code === "invalid_element") {
    return issue.issues.flatMap((inner) => settleUnions(inner, path));
  }
  if (issue.code !== "invalid_union") return [{ issue, path }];
  const branches = issue.errors.filter((branch) => branch.length > 0);
  const right = branches.filter((branch) => !branch.some(isWrongKind));
  const [best] = right.sort((a, b) => a.length - b.length);
  if (best !== undefined) return best.flatMap((inner) => settleUnions(inner, path));
  const expected = [...new Set(branches.flatMap((branch) => branch.filter(isWrongKind).flatMap(allExpected)))].join(" or ");
  return [{ issue: { ...issue, code: "custom", params: { expected }, path: [] }, path }];
}

function isWrongKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union") return issue.errors.every((branch) => branch.some(isWrongKind));
  return issue.code === "invalid_type" || (issue.code === "custom" && detailsOf(issue).kind === true);
}

function allExpected(issue: Issue): string[] {
  return issue.code === "invalid_union" ? issue.errors.flatMap((branch) => branch.flatMap(allExpected)) : [expectedOf(issue)];
}

function toProblem(issue: Issue, path: DocumentPath, document: LocatedDocument): Problem {
  const details = detailsOf(issue);
  const value = valueAt(document.value, path);
  const key = String(path.at(-1) ?? "");
  const hidden = path.length === 0 || path.some((part) => PRIVATE_KEYS.has(String(part)));
  const unknown = details.unknownKey === true;
  const written = details.written ?? (unknown ? key : typeof value === "string" && !hidden ? value : undefined);
  const known = details.known ?? (issue.code === "invalid_value" ? issue.values.map(String) : []);
  const meant = written === undefined ? undefined : nearMatch(written, known);
  return {
    file: document.file,
    ...document.locate(path, unknown ? "key" : "value"),
    path: pathText(path),
    found: details.found ?? (unknown ? `the unknown key "${key.slice(0, MAX_SHOWN)}"` : describe(value, hidden)),
    expected: unknown ? oneOf(known) : expectedOf(issue),
    ...(meant === undefined ? {} : { didYouMean: meant }),
  };
}

function detailsOf(issue: Issue): IssueDetails {
  return issue.code === "custom" ? ((issue.params ?? {}) as IssueDetails) : {};
}

function expectedOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return kindNames[issue.expected] ?? issue.expected;
    case "invalid_value":
      return oneOf(issue.values.map(String));
    case "too_big":
      return sizeText("at most", issue.maximum, issue.origin);
    case "too_small":
      return sizeText("at least", issue.minimum, issue.origin);
    case "unrecognized_keys":
      return "no further keys";
    default:
      // A schema's own message is a whole phrase; the problem's line says this word already.
      return detailsOf(issue).expected ?? issue.message.replace(/^expected /, "");
  }
}

function sizeText(word: string, size: number | bigint, origin: string): string {
  const unit = origin === "string" ? " characters" : origin === "array" ? " items" : "";
  return `${word} ${String(size)}${unit}`;
}

function oneOf(names: readonly string[]): string {
  if (names.length === 0) return "no such key";
  const shown = names.slice(0, 24).join(", ");
  return names.length === 1 ? shown : `one of ${shown}${names.length > 24 ? ", …" : ""}`;
}

const kindNames: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
  null: "null",
};

function describe(value: DocumentValue | number | undefined, hidden: boolean): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof DecimalText) return hidden ? "a number" : `the number ${value.text.slice(0, MAX_SHOWN)}`;
  if (typeof value === "string") return hidden || !SHORT_WORD.test(value) ? "text" : JSON.stringify(value);
  // A normalised form, which has no text, holds plain numbers.
  if (typeof value === "number") return `the number ${String(value)}`;
  return typeof value === "boolean" ? String(value) : "a mapping";
}

/** A short form has no parts: the path of `latency_ms: -1` ends at it, though the schema saw `latency_ms.bound.max`. */
function writtenPath(root: DocumentValue, path: DocumentPath): DocumentPath {
  const scalar = path.findIndex((_part, index) => {
    const value = valueAt(root, path.slice(0, index));
    return value !== undefined && (typeof value !== "object" || value === null || value instanceof DecimalText);
  });
  return scalar < 0 ? path : path.slice(0, scalar);
}

function valueAt(root: DocumentValue, path: DocumentPath): DocumentValue | undefined {
  let value: DocumentValue | undefined = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || value instanceof DecimalText) return undefined;
    if (!Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<PropertyKey, DocumentValue>>)[part];
  }
  return value;
}
