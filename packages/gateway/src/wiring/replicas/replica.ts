import { witnessKey, type KeyRing, type WitnessFinding } from "@caio/traceability";
import type { Clock } from "@caio/guarantees";
import type { BudgetLedger } from "@caio/security";

import type { ReplicaTerms } from "../../config/replica-terms.ts";
import type { ForeignFeedback } from "../feedback/feedback-desk.ts";
import { FeedbackTakeUp } from "../feedback/take-up.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import { PeerLogs } from "./peer-logs.ts";
import { Repeater } from "./repeater.ts";
import type { ReplicaPorts } from "./replica-ports.ts";
import { SharedFollower } from "./shared-follower.ts";
import type { SharedKind } from "./shared-news.ts";
import { WitnessRounds } from "./witness-rounds.ts";

/** What one of several instances is made of, beside its ports. */
export interface ReplicaOptions {
  readonly terms: ReplicaTerms;
  readonly ports: ReplicaPorts;
  /** Of its own log. */
  readonly keys: KeyRing;
  readonly budgets: BudgetLedger;
  readonly refresh: Readonly<Record<SharedKind, () => Promise<void>>>;
  readonly clock: Clock;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** Takes up what another instance took in for a decision of this one; false: too early. */
  readonly takeUp: (feedback: ForeignFeedback) => Promise<boolean>;
  readonly onFinding: (finding: WitnessFinding) => void;
  readonly onFault: (where: string, fault: unknown) => void;
}

/** How often an instance says within a lease that it is there. */
const BEATS_PER_LEASE = 4;

/** One of several instances: it follows what others change, says that it is there, and watches the logs of the others. */
export class Replica {
  readonly ports: ReplicaPorts;
  readonly follower: SharedFollower;
  readonly leases: LeaseKeeper;
  readonly peers: PeerLogs;
  readonly witness: WitnessRounds;
  readonly #repeaters: readonly Repeater[];

  constructor({ terms, ports, keys, budgets, refresh, clock, now, takeUp, onFinding, onFault }: ReplicaOptions) {
    const { instance, news, directory, chance, witnessed: memory } = ports;
    this.ports = ports;
    this.follower = new SharedFollower({ ...{ news, refresh, clock, now, chance }, pollMs: terms.pollMs, onFault: (fault) => { onFault("replicas", fault); } });
    const card = { name: instance, origin: keys.signer.name, logKeys: keys.verifiersText(), witnessKey: witnessKey(keys.signer).toString() };
    this.leases = new LeaseKeeper({ card, directory, budgets, leaseMs: terms.leaseMs });
    this.peers = new PeerLogs(directory, instance);
    this.witness = new WitnessRounds({ signer: keys.signer, memory, directory, peers: this.peers, now, onFinding, onFault: (fault) => { onFault("witness", fault); } });
    const feedback = new FeedbackTakeUp({ self: instance, peers: this.peers, adopt: takeUp });
    const every = (ms: number, where: string, work: () => Promise<void>): Repeater => new Repeater({ clock, chance, everyMs: ms, work, onFault: (fault) => { onFault(where, fault); } });
    this.#repeaters = [every(terms.leaseMs / BEATS_PER_LEASE, "lease", () => this.leases.beat()), every(terms.witnessMs, "witness", () => this.witness.round()), every(terms.pollMs, "feedback", () => feedback.round())];
  }

  /** Catches up, says that it is there, and goes on with both. @throws what the database throws: then it is not there */
  async start(): Promise<void> {
    await this.follower.start();
    await this.leases.beat();
    for (const repeater of this.#repeaters) repeater.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.follower.stop(), ...this.#repeaters.map((repeater) => repeater.stop())]);
  }
}
