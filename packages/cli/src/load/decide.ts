import type { Principal, RequestDocument } from "@caio/contracts";
import { ControlIntegrator } from "@caio/control";
import type { Digest } from "@caio/core";
import { HistorySnapshot, stampRequest, type DecisionWorld, type PolicySnapshot } from "@caio/orchestrator";
import type { RegistrySnapshot } from "@caio/registry";
import { detectSensitivity } from "@caio/security";

import { loadRegistry } from "./contracts-folder.ts";
import { loadHistory, loadPrincipal, loadRequest } from "./documents.ts";
import { openCommandEncoder, type CommandEncoder } from "./open-encoder.ts";
import { loadPolicies } from "./policies.ts";

/** The files that a decision is made from. */
export interface DecisionFiles {
  readonly request: string;
  readonly contracts: string;
  readonly policy: string;
  readonly policies?: string | undefined;
  readonly principal?: string | undefined;
  readonly history?: string | undefined;
  /** `hashing`, `use`, or the configuration of a gateway, whose encoder it is then. Absent: hashing. */
  readonly encoder?: string | undefined;
}

/** Time and chance, which the door gives. */
export interface DoorValues {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  readonly decisionKey: Digest;
  readonly testKey: boolean;
}

/** What the files hold. */
export interface DecisionDocuments {
  readonly request: RequestDocument;
  readonly principal: Principal;
  readonly registry: RegistrySnapshot;
  readonly policies: PolicySnapshot;
  readonly history: HistorySnapshot;
}

/**
 * Reads the files as the world of a decision: no clock, no chance, nothing executed and nothing logged. Equal files and door
 * values give an equal world.
 *
 * @throws CaioError for whatever is wrong with a file
 */
export async function readWorld(files: DecisionFiles, door: DoorValues, environment: Readonly<Record<string, string | undefined>> = {}): Promise<DecisionWorld> {
  const encoder = await openCommandEncoder(files.encoder, environment);
  try {
    return await worldOf(await readDocuments(files, encoder), door, encoder);
  } finally {
    await encoder.close?.();
  }
}

/** The world of a decision on a request and what is there beside it. @param encoder - by which the documents were read, too */
export async function worldOf({ request, principal, registry, policies, history }: DecisionDocuments, door: DoorValues, encoder: CommandEncoder): Promise<DecisionWorld> {
  const stamped = stampRequest(request, {
    ...door,
    principal,
    detected: detectSensitivity([request.intent.text ?? null, request.context.map(({ text }) => text), request.data.payload ?? null]),
    fields: await new ControlIntegrator({ encoder }).readFields(request),
  });
  return {
    request: stamped,
    inputs: {
      registry: { view: registry.view(principal.tenant), logIndex: null },
      policy: { snapshot: policies, logIndex: null },
      history: { snapshot: history, logIndex: null },
    },
  };
}

/** @throws CaioError for whatever is wrong with a file */
export async function readDocuments(files: DecisionFiles, encoder: CommandEncoder): Promise<DecisionDocuments> {
  return { request: await loadRequest(files.request), ...(await readSurroundings(files, encoder)) };
}

/** All but what is asked. @throws CaioError for whatever is wrong with a file */
export async function readSurroundings(files: Omit<DecisionFiles, "request">, encoder: CommandEncoder): Promise<Omit<DecisionDocuments, "request">> {
  return {
    principal: await loadPrincipal(files.principal),
    registry: await loadRegistry(files.contracts, encoder),
    policies: await loadPolicies(files.policy, files.policies),
    history: HistorySnapshot.of(await loadHistory(files.history)),
  };
}
