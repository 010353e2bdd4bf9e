import { existsSync } from "node:fs";

import { ContractParser } from "@caio/contracts";
import type { AsyncEncoder, Encoder } from "@caio/control";
import { isCaioError } from "@caio/core";
import type { PolicySnapshot } from "@caio/orchestrator";
import type { ServiceEntry } from "@caio/registry";
import { effectivePolicy, PolicyParser } from "@caio/rules";

import { loadRegistry } from "../load/contracts-folder.ts";
import { documentFiles } from "../load/document-files.ts";
import { loadPolicies } from "../load/policies.ts";
import { readText } from "../load/read-text.ts";
import { validateText, type ReportedProblem } from "../validate/validate-text.ts";
import type { DevFolder } from "./dev-folder.ts";

/** Something in a file, with the text that it is about. */
export interface FileFinding {
  readonly text: string;
  readonly problem: ReportedProblem;
}

/** What the files of a folder say together. */
export interface DevDocuments {
  readonly services: readonly ServiceEntry[];
  /** Undefined: no policy is named. */
  readonly policies: PolicySnapshot | undefined;
  /** The texts of contracts and policies, as whoever saved them wrote them, by what they are of: `service ID`, `policy ID`. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The documents, or what is wrong; what is doubtful in either case. */
export type ReadDocuments =
  | { readonly ok: true; readonly documents: DevDocuments; readonly warnings: readonly FileFinding[] }
  | { readonly ok: false; readonly problems: readonly FileFinding[]; readonly messages: readonly string[]; readonly warnings: readonly FileFinding[] };

/** Reads all files again: each by itself first, then together. Total: whatever they hold, nothing is thrown for it. */
export async function readDocuments({ contracts, policy, policies }: DevFolder, encoder: Encoder | AsyncEncoder): Promise<ReadDocuments> {
  const [problems, warnings, messages]: [FileFinding[], FileFinding[], string[]] = [[], [], []];
  const named = policies !== undefined && existsSync(policies) ? policies : undefined;
  const files = [...(contracts === undefined ? [] : await documentFiles(contracts).catch(() => [])), ...(policy === undefined ? [] : [policy]), ...(named === undefined ? [] : await documentFiles(named).catch(() => []))];
  const texts = new Map<string, string>();
  for (const file of files) {
    try {
      const text = await readText(file, "InvalidField");
      const of = subjectOf(text);
      if (of !== undefined) texts.set(of, text);
      const report = validateText(text, file);
      problems.push(...report.problems.map((problem) => ({ text, problem })));
      warnings.push(...report.warnings.map((problem) => ({ text, problem })));
    } catch (error) {
      messages.push(messageOf(error));
    }
  }
  if (problems.length > 0 || messages.length > 0) return { ok: false, problems, messages, warnings };
  try {
    const services = contracts === undefined || files.every((file) => !file.startsWith(contracts)) ? [] : (await loadRegistry(contracts, encoder)).services;
    const snapshot = policy === undefined ? undefined : await loadPolicies(policy, named);
    for (const each of Object.values(snapshot?.named ?? {})) if (snapshot !== undefined) effectivePolicy(snapshot.base, [each]);
    return { ok: true, documents: { services, policies: snapshot, texts }, warnings };
  } catch (error) {
    return { ok: false, problems, messages: [messageOf(error)], warnings };
  }
}

/** What a document is of, if it is a contract or a policy. */
function subjectOf(text: string): string | undefined {
  const contract = new ContractParser().tryParse(text);
  if (contract.ok) return `service ${contract.value.serviceId}`;
  const policy = new PolicyParser().read(text);
  return policy.ok ? `policy ${policy.value.id}` : undefined;
}

function messageOf(error: unknown): string {
  if (!isCaioError(error)) throw error;
  return error.message;
}
