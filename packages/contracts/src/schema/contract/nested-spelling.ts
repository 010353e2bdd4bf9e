import { DecimalText, type DocumentPath, type DocumentValue } from "../../document/decimal-text.ts";
import type { DocumentForm } from "../../document/document-form.ts";
import { pathText, type Problem } from "../../document/problem.ts";
import type { LocatedDocument } from "../../document/yaml-document.ts";

type Prepared = ReturnType<NonNullable<DocumentForm<unknown>["prepare"]>>;

/**
 * The nested spelling (`service: { id, … }`) as the flat one. Every section may stand inside `service` or beside it, but
 * only once.
 */
export function flattenService(value: DocumentValue): Prepared {
  if (!isMapping(value) || !Object.hasOwn(value, "service")) return { value };
  const { service, ...beside } = value;
  if (!isMapping(service)) return { value };
  const inside: Record<string, DocumentValue> = {};
  for (const [key, member] of Object.entries(service)) inside[key === "id" ? "service_id" : key] = member;
  const twice = Object.keys(inside).filter((key) => Object.hasOwn(beside, key) && !key.startsWith("x-"));
  return {
    value: { ...beside, ...inside },
    relocate: (path) => inService(path, inside, beside),
    problems: (document) => twice.map((key) => twiceProblem(key, document)),
  };
}

function inService(
  path: DocumentPath,
  inside: Readonly<Record<string, DocumentValue>>,
  beside: Readonly<Record<string, DocumentValue>>,
): DocumentPath {
  const [first, ...rest] = path;
  if (first === undefined) return path;
  if (first === "service_id" && !Object.hasOwn(beside, first)) return ["service", "id", ...rest];
  return Object.hasOwn(inside, first) ? ["service", ...path] : path;
}

function twiceProblem(key: string, document: LocatedDocument): Problem {
  return {
    file: document.file,
    ...document.locate([key]),
    path: pathText([key]),
    found: `"${key}" both inside and beside service`,
    expected: "it once",
  };
}

function isMapping(value: DocumentValue | undefined): value is Readonly<Record<string, DocumentValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof DecimalText);
}
