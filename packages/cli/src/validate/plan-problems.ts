import type { LocatedDocument, Problem } from "@caio/contracts";
import { isCaioError, type CaioError, type JsonObject, type JsonValue } from "@caio/core";
import { parsePlanDocument, type RequestReader } from "@caio/orchestrator";

import { jsonOf } from "../load/json-of.ts";
import { pathOf } from "./finding-problems.ts";

/** What is wrong with a plan; the problems of a step's request stand where the step stands. */
export function planProblems(document: LocatedDocument, requests: RequestReader): readonly Problem[] {
  try {
    parsePlanDocument(jsonOf(document.value), document.file, requests);
    return [];
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return located(error, document);
  }
}

function located(error: CaioError, document: LocatedDocument): readonly Problem[] {
  const { file } = document;
  const { problems } = error.details;
  if (!isList(problems)) {
    const path = textOf(error.details["place"]);
    const expected = textOf(error.details["expected"]) || error.message;
    return [{ file, ...document.locate(pathOf(path.replace(/^.*: /, ""))), path, found: "something else", expected }];
  }
  return problems.filter(isObject).map((problem) => {
    const step = textOf(problem["file"]).slice(file.length + 1);
    const path = ["steps", step, ...pathOf(textOf(problem["path"]))];
    const inside = textOf(problem["path"]) === "" ? "" : `.${textOf(problem["path"])}`;
    const meant = problem["didYouMean"];
    return {
      file,
      ...document.locate(path),
      path: `steps.${step}${inside}`,
      found: textOf(problem["found"]),
      expected: textOf(problem["expected"]),
      ...(typeof meant === "string" ? { didYouMean: meant } : {}),
    };
  });
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
