import { sha256Hex } from "@caio/core";
import type { HistoryLeaf, Lineage, Principal, RequestDocument, ServiceContract } from "@caio/contracts";
import { encodeContract, HashingEncoder } from "@caio/control";
import { RegistrySnapshot } from "@caio/registry";
import { parsePolicySet } from "@caio/rules";

import { caioRoute, HistorySnapshot, PolicySnapshot, stampRequest, type RoutingDecision } from "../../src/index.ts";
import { principal } from "./house.ts";

const encoder = new HashingEncoder();
const house = parsePolicySet("caio_policy: 1\nid: house\n", { file: "house.yaml" });

/** What a decision is made of beside the contracts and the request. */
export interface DecideTerms {
  readonly who?: Principal;
  readonly key?: string;
  readonly policies?: PolicySnapshot;
  /** Of the base policy, after its head. */
  readonly policy?: string;
  readonly leaves?: readonly HistoryLeaf[];
  /** Ids of services that drain. */
  readonly draining?: readonly string[];
  readonly lineage?: Lineage;
}

/** One decision on these contracts, as the router makes it. */
export function decide(contracts: readonly ServiceContract[], document: RequestDocument, { who = principal, key = sha256Hex("key"), policies, policy, leaves = [], draining = [], lineage }: DecideTerms = {}): RoutingDecision {
  const base = policy === undefined ? house : parsePolicySet(`caio_policy: 1\nid: house\n${policy}`, { file: "house.yaml" });
  const snapshot = RegistrySnapshot.empty.apply([
    ...contracts.map((each) => ({ kind: "register" as const, contract: each, encoding: encodeContract(each, encoder), encoderId: encoder.id })),
    ...draining.map((serviceId) => ({ kind: "drain" as const, serviceId })),
  ]);
  const stamped = stampRequest(document, {
    now: 1_764_000_000_000,
    decisionKey: key,
    testKey: true,
    principal: who,
    detected: [],
    fields: { encoderId: encoder.id, intent: encoder.encode(document.intent.text ?? ""), context: [] },
    ...(lineage === undefined ? {} : { lineage }),
  });
  return caioRoute(stamped, {
    registry: { view: snapshot.view(who.tenant), logIndex: null },
    policy: { snapshot: policies ?? new PolicySnapshot(1, base), logIndex: null },
    history: { snapshot: HistorySnapshot.of({ version: 0, leaves: [...leaves] }), logIndex: null },
  });
}
