import { PolicySnapshot, type DecisionInputs } from "@caio/orchestrator";
import { RegistrySnapshot, type RegistryView } from "@caio/registry";
import { keysOf, parseLogEntry, type TraceabilitySystem, type VersionBody, type VersionKind } from "@caio/traceability";

/**
 * The inputs as the next versions of a log. Files have no numbers of their own: contracts and policies that are those of the newest
 * logged version are that version again, others are the next one. A history has a number in its file.
 */
export async function numberVersions(inputs: DecisionInputs, traces: TraceabilitySystem): Promise<DecisionInputs> {
  const { registry, policy } = inputs;
  const { view } = registry;
  const registryHead = await newest(traces, "registry", view.tenant);
  const policyHead = await newest(traces, "policy", null);
  return {
    ...inputs,
    registry: { ...registry, view: numbered(view, registryHead) },
    policy: { ...policy, snapshot: numberedPolicies(policy.snapshot, policyHead) },
  };
}

function numbered(view: RegistryView, head: VersionBody | undefined): RegistryView {
  if (head === undefined) return view;
  const same = atEpoch(view, head.version);
  return same.root === head.digest ? same : atEpoch(view, head.version + 1);
}

function atEpoch(view: RegistryView, epoch: number): RegistryView {
  const edits = view.services.map(({ contract, encoding, encoderId }) => ({ kind: "register" as const, contract, encoding, encoderId }));
  return RegistrySnapshot.restore(epoch, edits).view(view.tenant);
}

function numberedPolicies(snapshot: PolicySnapshot, head: VersionBody | undefined): PolicySnapshot {
  if (head === undefined) return snapshot;
  return new PolicySnapshot(snapshot.digest === head.digest ? head.version : head.version + 1, snapshot.base, snapshot.named);
}

/** The version of the greatest number that is logged. */
async function newest(traces: TraceabilitySystem, kind: VersionKind, tenant: string | null): Promise<VersionBody | undefined> {
  let found: VersionBody | undefined;
  for (const text of await traces.entryTexts(0, traces.head.size)) {
    const entry = parseLogEntry(text);
    const keys = keysOf(entry);
    if (keys.kind !== kind || keys.tenant !== tenant || entry.kind === "decision" || entry.kind === "outcome" || entry.kind === "feedback") continue;
    if (found === undefined || entry.body.version > found.version) found = entry.body;
  }
  return found;
}
