import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { CaioError } from "@caio/core";
import { PolicySnapshot } from "@caio/orchestrator";
import { parsePolicySet, type PolicySet } from "@caio/rules";

import { documentFiles } from "./document-files.ts";
import { ofKind } from "./of-kind.ts";
import { readText } from "./read-text.ts";

/** The version of policies that come from files and not from a store. */
const FILE_VERSION = 1;

/**
 * The base policy of a file and the policies that a request may name: those of the folder, by default `policies/` beside the file.
 *
 * @throws CaioError `NotFound`, `InvalidPolicy`
 */
export async function loadPolicies(file: string, folder?: string): Promise<PolicySnapshot> {
  const base = await loadPolicy(file);
  const named = await namedPolicies(folder ?? defaultFolder(file));
  return new PolicySnapshot(FILE_VERSION, base, named);
}

function defaultFolder(file: string): string | undefined {
  const folder = join(dirname(file), "policies");
  return existsSync(folder) ? folder : undefined;
}

async function namedPolicies(folder: string | undefined): Promise<Readonly<Record<string, PolicySet>>> {
  const named = new Map<string, PolicySet>();
  for (const file of folder === undefined ? [] : await documentFiles(folder)) {
    const policy = await loadPolicy(file);
    if (named.has(policy.id)) {
      const message = `${file}: found policy id "${policy.id}" a second time, expected each id once. Rename one of them.`;
      throw new CaioError("InvalidPolicy", message, { details: { file, id: policy.id } });
    }
    named.set(policy.id, policy);
  }
  return Object.fromEntries(named);
}

async function loadPolicy(file: string): Promise<PolicySet> {
  return ofKind("policy", file, await readText(file, "InvalidPolicy"), (text) => parsePolicySet(text, { file }));
}
