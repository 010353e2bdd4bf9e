import {
  parseHistory,
  parsePrincipal,
  parseRequestDocument,
  parseYamlDocument,
  problemsError,
  type History,
  type Principal,
  type RequestDocument,
} from "@caio/contracts";
import { parsePlanDocument, type PlanDocument } from "@caio/orchestrator";

import { jsonOf } from "./json-of.ts";
import { ofKind } from "./of-kind.ts";
import { readText } from "./read-text.ts";

/** Who asks where no principal is named: nobody in particular, who may do nothing. */
export const anonymous: Principal = {
  subject: "anonymous",
  issuer: "local",
  tenant: "default",
  permissions: [],
  trust: 0,
  evidence: { method: "local" },
};

/** @throws CaioError `NotFound`, `InvalidRequest` */
export async function loadRequest(file: string): Promise<RequestDocument> {
  return ofKind("request", file, await readText(file, "InvalidRequest"), (text) => parseRequestDocument(text, { file }));
}

/** The principal of a file, or the anonymous one. @throws CaioError `NotFound`, `InvalidPrincipal` */
export async function loadPrincipal(file: string | undefined): Promise<Principal> {
  if (file === undefined) return anonymous;
  return ofKind("principal", file, await readText(file, "InvalidPrincipal"), (text) => parsePrincipal(text, { file }));
}

/** The history of a file, or the first version, which knows nothing. @throws CaioError `NotFound`, `InvalidHistory` */
export async function loadHistory(file: string | undefined): Promise<History> {
  if (file === undefined) return { version: 0, leaves: [] };
  return ofKind("history", file, await readText(file, "InvalidHistory"), (text) => parseHistory(text, { file }));
}

/** @throws CaioError `NotFound`, `InvalidPlan`, `InvalidRequest` for the request of a step */
export async function loadPlan(file: string): Promise<PlanDocument> {
  return ofKind("plan", file, await readText(file, "InvalidPlan"), (text) => {
    const reading = parseYamlDocument(text, { file });
    if (!reading.ok) throw problemsError("InvalidPlan", reading.problems);
    return parsePlanDocument(jsonOf(reading.document.value), file);
  });
}
