import { policyDigest, type PolicyChange, type PolicySet } from "@caio/rules";
import type { GatewayCore } from "@caio/gateway";
import type { RegistryEdit, ServiceEntry } from "@caio/registry";

import { editsFor } from "../serve/bring-contracts.ts";
import type { DevDocuments } from "./read-documents.ts";

/** What a folder says that a gateway does not do yet. */
export interface Pending {
  readonly edits: readonly RegistryEdit[];
  /** Services whose contract is new or another one. */
  readonly changed: readonly ServiceEntry[];
  /** Services whose contract is there no longer. */
  readonly gone: readonly string[];
  readonly policies: readonly PolicySet[];
  /** As of `DevDocuments`. */
  readonly texts: ReadonlyMap<string, string>;
  /** Lines for whoever saved: what becomes of each. */
  readonly words: readonly string[];
}

/** What is new in a folder. @param own - services that came from the folder: those that are gone from it are taken away */
export async function pendingChanges({ registry, policies: book }: GatewayCore, { services, policies, texts }: DevDocuments, own: ReadonlySet<string>): Promise<Pending> {
  const now = registry.snapshot();
  const edits: RegistryEdit[] = [...editsFor(registry, services)];
  const gone = [...own].filter((id) => now.service(id) !== undefined && services.every(({ contract }) => contract.serviceId !== id));
  const changed = services.filter(({ contract }) => edits.some((edit) => "contract" in edit && edit.contract.serviceId === contract.serviceId));
  const active = new Map((await book.active()).map(({ policy, digest }) => [policy.id, digest]));
  const saved = policies === undefined ? [] : [policies.base, ...Object.values(policies.named)].filter((policy) => active.get(policy.id) !== policyDigest(policy));
  return {
    edits: [...edits, ...gone.map((serviceId) => ({ kind: "deregister" as const, serviceId }))],
    changed,
    gone,
    policies: saved,
    texts,
    words: [
      ...changed.map(({ contract: { serviceId, version } }) => {
        const before = now.service(serviceId)?.contract.version;
        return before === undefined ? `service ${serviceId} ${version} is new` : `service ${serviceId} ${version} takes the place of ${before === version ? "the contract before" : before}`;
      }),
      ...gone.map((serviceId) => `service ${serviceId} is gone`),
      ...saved.map(({ id }) => `policy ${id} is ${active.has(id) ? "another one" : "new"}`),
    ],
  };
}

/** Puts it into force, from the next decision on. @throws CaioError if the gateway refuses it; what it refused is not in force */
export async function applyChanges({ registry, policies: book }: GatewayCore, { edits, policies }: Pending, change: PolicyChange): Promise<void> {
  if (policies.length > 0) await book.putAll(policies, change);
  if (edits.length > 0) await registry.apply(edits);
}
