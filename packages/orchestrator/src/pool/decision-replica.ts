import { compareCandidates, type Candidate, type HistoryLeaf } from "@caio/contracts";
import { CaioError } from "@caio/core";
import { RegistrySnapshot } from "@caio/registry";

import { openingOfDecision } from "../bundle/opening.ts";
import type { RoutingDecision } from "../decision.ts";
import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import { HistorySnapshot } from "../inputs/history-snapshot.ts";
import { PolicySnapshot } from "../inputs/policy-snapshot.ts";
import { caioRoute } from "../route.ts";
import type { DecideCommand, HistoryUpdate, PoolCommand, PooledDecision, RegistryUpdate, VersionPlace } from "./pool-message.ts";

/** R, P and H as a thread holds them, and the decisions that it makes on them. */
export class DecisionReplica {
  #registry = RegistrySnapshot.empty;
  #history = HistorySnapshot.of({ version: 0, leaves: [] });
  #policy: PolicySnapshot | undefined;

  /** Takes an update over. @throws CaioError what its edits throw; the replica is as it was then */
  update(command: Exclude<PoolCommand, DecideCommand>): void {
    if (command.kind === "registry") this.#registry = this.#nextRegistry(command);
    else if (command.kind === "policy") this.#policy = new PolicySnapshot(command.version, command.base, command.named);
    else this.#history = this.#nextHistory(command);
  }

  /**
   * Decides and certifies.
   *
   * @throws CaioError `IntegrityViolation` if the replica does not hold the versions that are asked for, and what `caioRoute` throws
   */
  decide(command: DecideCommand): PooledDecision {
    const { request } = command;
    return pooled(caioRoute(request, this.#inputs(command)), request);
  }

  #inputs({ request, registry, policy, history }: DecideCommand): DecisionInputs {
    const held = this.#policy;
    if (held === undefined) throw behind("policy", policy.version, "none");
    requireVersion("registry", registry, this.#registry.epoch);
    requireVersion("policy", policy, held.version);
    requireVersion("history", history, this.#history.version);
    return {
      registry: { view: this.#registry.view(request.principal.tenant), logIndex: registry.logIndex, freshness: registry.freshness },
      policy: { snapshot: held, logIndex: policy.logIndex, freshness: policy.freshness },
      history: { snapshot: this.#history, logIndex: history.logIndex },
    };
  }

  #nextRegistry({ epoch, anew, batches }: RegistryUpdate): RegistrySnapshot {
    if (anew) return RegistrySnapshot.restore(epoch, batches.flat());
    const next = batches.reduce((snapshot, edits) => snapshot.apply(edits), this.#registry);
    if (next.epoch !== epoch) throw behind("registry", epoch, next.epoch);
    return next;
  }

  #nextHistory({ version, anew, changed, gone }: HistoryUpdate): HistorySnapshot {
    if (anew) return HistorySnapshot.of({ version, leaves: changed });
    const leaves = new Map<string, HistoryLeaf>(this.#history.history.leaves.map((leaf) => [keyOf(leaf), leaf]));
    for (const pair of gone) leaves.delete(keyOf(pair));
    for (const leaf of changed) leaves.set(keyOf(leaf), leaf);
    return this.#history.next({ version, leaves: [...leaves.values()].sort(compareCandidates) });
  }
}

/** A decision with its certificate written and what a bundle of it needs. */
export function pooled(decision: RoutingDecision, request: DecideCommand["request"]): PooledDecision {
  const { decisionId, kind, sealed, trace } = decision;
  const ending = decision.kind === "chosen" ? { outcome: decision.outcome, code: null } : { outcome: null, code: decision.code };
  return { decisionId, kind, ...ending, trace, certificate: { parts: sealed.parts, digest: sealed.digest }, opening: openingOfDecision(request, kind) };
}

function requireVersion(what: string, { version }: VersionPlace, held: number): void {
  if (version !== held) throw behind(what, version, held);
}

function behind(what: string, asked: number, held: number | string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `Asked for version ${String(asked)} of the ${what}, this replica holds ${String(held)}. Send it every change in order.`, {
    details: { what, expected: asked, found: held },
  });
}

/** Ids hold no space. */
function keyOf({ service, model }: Candidate): string {
  return `${service} ${model ?? ""}`;
}
