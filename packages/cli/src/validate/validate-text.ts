import {
  ContractParser,
  ContractValidator,
  DecimalText,
  MAX_DOCUMENT_BYTES,
  nearMatch,
  parseYamlDocument,
  propertyCatalogue,
  RequestParser,
  tryParseHistory,
  tryParsePrincipal,
  type DocumentValue,
  type LocatedDocument,
  type ParseResult,
  type Problem,
  type PropertyDefinition,
} from "@caio/contracts";
import { tryParseGatewayConfig } from "@caio/gateway/config";
import { findConflicts, PolicyParser, type PolicySet } from "@caio/rules";

import { documentKind, telltaleKeys, type DocumentKind } from "./document-kind.ts";
import { beginsAsHistory, isLongDocument } from "./long-document.ts";
import { findingProblems, pathOf } from "./finding-problems.ts";
import { planProblems } from "./plan-problems.ts";

/** Of a key, in a message. */
const MAX_SHOWN = 60;

/** A problem, or a finding that says itself what it is about. */
export interface ReportedProblem extends Problem {
  /** Instead of found and expected. */
  readonly message?: string;
}

/** What is wrong with a document, and what is doubtful. */
export interface DocumentReport {
  readonly file: string;
  /** Undefined if nothing at its root says what it is. */
  readonly kind: DocumentKind | undefined;
  readonly problems: readonly ReportedProblem[];
  readonly warnings: readonly ReportedProblem[];
}

/**
 * Checks a document of any kind. Total: every text gives a report.
 *
 * @param catalogue - the properties that contracts may promise and requests demand (`extendCatalogue`); absent: those that everyone knows
 *
 * @example
 * ```ts
 * import { validateText } from "@caio/cli";
 *
 * validateText("caio_policy: 1\nid: House\n", "house.yaml").problems[0]?.path; // "id"
 * ```
 */
export function validateText(text: string, file: string, catalogue: readonly PropertyDefinition[] = propertyCatalogue): DocumentReport {
  if (isLongDocument(text)) return longReport(text, file);
  const reading = parseYamlDocument(text, { file });
  if (!reading.ok) return { file, kind: undefined, problems: reading.problems, warnings: [] };
  const kind = documentKind(reading.document.value);
  switch (kind) {
    case "contract":
      return { file, kind, ...contractReport(text, file, catalogue) };
    case "policy":
      return { file, kind, ...policyReport(text, reading.document) };
    case "request":
      return { file, kind, ...problemsOnly(new RequestParser({ catalogue }).tryParse(text, { file })) };
    case "principal":
      return { file, kind, ...problemsOnly(tryParsePrincipal(text, { file })) };
    case "history":
      return { file, kind, ...problemsOnly(tryParseHistory(text, { file })) };
    case "plan":
      return { file, kind, problems: planProblems(reading.document, new RequestParser({ catalogue })), warnings: [] };
    case "configuration":
      return { file, kind, ...problemsOnly(tryParseGatewayConfig(text, { file })) };
    case undefined:
      return { file, kind, problems: [unknownKind(reading.document)], warnings: [] };
  }
}

/** Only a history may be long; anything else is refused for its size before it is parsed. */
function longReport(text: string, file: string): DocumentReport {
  if (beginsAsHistory(text)) return { file, kind: "history", ...problemsOnly(tryParseHistory(text, { file })) };
  const expected = `at most ${String(MAX_DOCUMENT_BYTES)} bytes, or a history that begins with caio_history`;
  const problem = { file, line: 1, column: 1, path: "", found: `a document over ${String(MAX_DOCUMENT_BYTES / 1024)} KiB`, expected };
  return { file, kind: undefined, problems: [problem], warnings: [] };
}

type Findings = Pick<DocumentReport, "problems" | "warnings">;

function problemsOnly(result: ParseResult<unknown>): Findings {
  return { problems: result.ok ? [] : result.problems, warnings: [] };
}

function contractReport(text: string, file: string, catalogue: readonly PropertyDefinition[]): Findings {
  const result = new ContractParser({ catalogue }).tryParse(text, { file });
  if (!result.ok) return { problems: result.problems, warnings: [] };
  const { errors, warnings } = new ContractValidator({ catalogue }).validate(result.value);
  return { problems: findingProblems(errors, text, file), warnings: findingProblems(warnings, text, file) };
}

function policyReport(text: string, document: LocatedDocument): Findings {
  const { file } = document;
  const result = new PolicyParser().read(text, { file });
  if (!result.ok) return { problems: result.problems, warnings: [] };
  const found = findConflicts(result.value).filter(({ severity }) => severity !== "info");
  const located = found.map(({ kind, severity, rules, message }) => {
    const [first = ""] = rules;
    const place = placeOfRule(first, result.value, document);
    const problem = { file, ...place, path: `rules ${rules.join(", ")}`, found: kind, expected: "rules that can hold together", message };
    return { severity, problem };
  });
  return {
    problems: located.flatMap(({ severity, problem }) => (severity === "error" ? [problem] : [])),
    warnings: located.flatMap(({ severity, problem }) => (severity === "error" ? [] : [problem])),
  };
}

/** The parser sorts nothing away, so a rule is found by its id. */
function placeOfRule(id: string, { rules }: PolicySet, document: LocatedDocument): { line: number; column: number } {
  for (const index of rules.keys()) {
    const path = pathOf(`rules[${String(index)}].id`);
    if (valueAt(document, path) === id) return document.locate(path);
  }
  return document.locate(["rules"]);
}

function valueAt(document: LocatedDocument, path: readonly PropertyKey[]): unknown {
  let value: unknown = document.value;
  for (const key of path) {
    value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }
  return value;
}

function unknownKind(document: LocatedDocument): Problem {
  const { file, value } = document;
  const keys = isMapping(value) ? Object.keys(value) : [];
  const didYouMean = keys.map((key) => nearMatch(key, telltaleKeys)).find((near) => near !== undefined);
  return {
    file,
    ...document.locate([]),
    path: "",
    found: keys.length === 0 ? kindName(value) : `the keys ${keys.slice(0, 5).map((key) => key.slice(0, MAX_SHOWN)).join(", ")}`,
    expected: `a mapping with one of ${telltaleKeys.join(", ")} to say what it is`,
    ...(didYouMean === undefined ? {} : { didYouMean }),
  };
}

/** What stands at the root instead of the keys of a kind; never the value, which may be anything. */
function kindName(value: DocumentValue): string {
  if (value === null) return "nothing";
  if (value instanceof DecimalText) return "a number";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "true or false";
  return isMapping(value) ? "an empty mapping" : "a list";
}

function isMapping(value: DocumentValue): value is Readonly<Record<string, DocumentValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof DecimalText);
}
