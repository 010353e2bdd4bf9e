import { CaioError, isCaioError } from "@caio/core";
import { afterAudit, capitalOfWatch, giveUp, newQualityWatch, type QualityWatch } from "@caio/learning";
import { policyDigest } from "@caio/rules";

import type { QualityGuarantee } from "../../config/quality-terms.ts";
import type { PolicyBook } from "../policy-book.ts";
import { wasCounted, withNamed, type GivenAudit } from "./named-audits.ts";
import type { QualityEvidence, QualityStore } from "./quality-file.ts";
import { servesReferenceAlone, withReference } from "./reference-rule.ts";

/** Who changed a policy, in its history. */
const ACTOR = "quality-keeper";
/** The watch of prompts is fed by nobody here: any share will do. */
const UNLIKE_PPM = 100_000;

/** How often a policy is changed anew because somebody else changed it meanwhile. */
const TRIES = 20;

/** How a promise of quality stands. */
export interface QualityStanding extends QualityEvidence {
  readonly guarantee: QualityGuarantee;
  /** Version of the policy in which it is in force. */
  readonly version: number;
}

export interface QualityPorts {
  readonly policies: PolicyBook;
  /** Absent: evidence is gathered anew after a restart. */
  readonly store?: QualityStore | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told when savings were released or given up. */
  readonly onChange: (standing: QualityStanding) => void;
}

/**
 * Keeps promises of quality by versions of policies: while there is no evidence for savings, a policy has a rule that requires its
 * reference; audits release it, and take it back. Decisions name the version they were made under, so what was in force is
 * in every certificate, and replayed with it. Whatever fails, the reference is served: before savings are given up in the evidence they are
 * given up in the policy, and released the other way round.
 */
export class QualityKeeper {
  readonly #ports: QualityPorts;
  readonly #standings = new Map<string, QualityStanding>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(ports: QualityPorts) {
    this.#ports = ports;
  }

  /** @throws CaioError `UnknownPolicy` where a promise names a policy that the store does not hold */
  static async open(guarantees: readonly QualityGuarantee[], ports: QualityPorts): Promise<QualityKeeper> {
    const keeper = new QualityKeeper(ports);
    const kept = guarantees.length === 0 ? {} : ((await ports.store?.load()) ?? {});
    for (const guarantee of guarantees) await keeper.#begin(guarantee, Object.hasOwn(kept, guarantee.policy) ? kept[guarantee.policy] : undefined);
    return keeper;
  }

  standings(): readonly QualityStanding[] {
    return [...this.#standings.values()];
  }

  /**
   * Counts one prompt that was judged both ways, picked by chance. The same under the same name counts once, while the name is remembered:
   * then what is given is how the promise stands.
   *
   * @throws CaioError `NotFound` if nothing is promised by this policy, `NumberOutOfRange`, `FeedbackConflict` for a name that was given to
   *   other scores
   */
  audit(policy: string, given: GivenAudit): Promise<QualityStanding> {
    const turn = this.#turn.then(() => this.#audit(policy, given));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Puts the rules back where somebody changed a policy that serves its reference alone. */
  enforce(): Promise<void> {
    const turn = this.#turn.then(async () => {
      for (const standing of this.standings()) {
        const { guarantee, watch } = standing;
        const version = await this.#enforce(guarantee, watch);
        this.#standings.set(guarantee.policy, { ...standing, version });
      }
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #audit(policy: string, given: GivenAudit): Promise<QualityStanding> {
    const before = this.#standings.get(policy);
    if (before === undefined) throw new CaioError("NotFound", `No quality is promised by policy ${policy}. Promises stand in the configuration under quality.`, { details: { policy } });
    if (wasCounted(before.named, given)) return before;
    const watch = afterAudit(before.watch, given.scoreMicros - given.referenceMicros);
    const standing = await this.#keep(before.guarantee, { watch, named: withNamed(before.named, given) });
    if (watch.decision.kind !== before.watch.decision.kind) this.#ports.onChange(standing);
    return standing;
  }

  /** Goes on where it ended, unless policy and evidence disagree or other terms are promised: then evidence is gathered anew, at its price. */
  async #begin(guarantee: QualityGuarantee, known: QualityEvidence | undefined): Promise<void> {
    const terms = { marginMicros: guarantee.marginMicros, riskMicros: guarantee.riskMicros, falseAlarmMicros: guarantee.falseAlarmMicros, unlikePpm: UNLIKE_PPM };
    const stored = await this.#ports.policies.store.active(guarantee.policy);
    if (stored === undefined) {
      throw new CaioError("UnknownPolicy", `The configuration promises a quality by policy ${guarantee.policy}, which the store does not hold. Put its file among the policies.`, { details: { policy: guarantee.policy } });
    }
    const isSame = known !== undefined && JSON.stringify(known.watch.terms) === JSON.stringify(terms);
    const { watch, named } = isSame ? known : { watch: { ...newQualityWatch(terms, false), life: (known?.watch.life ?? 0) + 1 }, named: [] };
    const disagrees = watch.decision.kind === "kept" && servesReferenceAlone(stored.policy);
    await this.#keep(guarantee, { watch: disagrees ? giveUp(watch, "no_evidence") : watch, named });
  }

  async #keep(guarantee: QualityGuarantee, { watch, named }: QualityEvidence): Promise<QualityStanding> {
    const abstains = watch.decision.kind === "abstain";
    const others = [...this.#standings].filter(([policy]) => policy !== guarantee.policy).map(([policy, other]) => [policy, { watch: other.watch, named: other.named }] as const);
    const save = (): Promise<void> | undefined => this.#ports.store?.save(Object.fromEntries([...others, [guarantee.policy, { watch, named }]]));
    if (!abstains) await save();
    const version = await this.#enforce(guarantee, watch);
    if (abstains) await save();
    const standing = { guarantee, watch, named, version };
    this.#standings.set(guarantee.policy, standing);
    return standing;
  }

  /** Changes the version that is in force and no other: what somebody saved in the same moment stays, and is changed in its turn. */
  async #enforce(guarantee: QualityGuarantee, watch: QualityWatch): Promise<number> {
    for (let left = TRIES; left > 0; left--) {
      const version = await this.#enforceOnce(guarantee, watch).catch((fault: unknown) => {
        if (!isCaioError(fault, "PreconditionFailed")) throw fault;
        return undefined;
      });
      if (version !== undefined) return version;
    }
    throw new CaioError("ServiceUnavailable", `Policy ${guarantee.policy} changed each of ${String(TRIES)} times that its quality was to be enforced. It is tried again with its next change.`, { details: { policy: guarantee.policy, reason: "conflict", retry_after_s: 1 } });
  }

  /** @throws CaioError `PreconditionFailed` if another version came into force meanwhile */
  async #enforceOnce(guarantee: QualityGuarantee, watch: QualityWatch): Promise<number> {
    const { policies, now } = this.#ports;
    const stored = await policies.store.active(guarantee.policy);
    if (stored === undefined) throw new CaioError("UnknownPolicy", `Policy ${guarantee.policy} has gone, by which a quality is promised.`, { details: { policy: guarantee.policy } });
    const wanted = withReference(stored.policy, guarantee, watch.decision.kind === "abstain");
    if (policyDigest(wanted) === stored.digest) return stored.version;
    return (await policies.put(wanted, { actor: ACTOR, at: now(), reason: reasonOf(watch) }, [stored])).version;
  }
}

function reasonOf(watch: QualityWatch): string {
  const { decision, audits } = watch;
  const { wealth, threshold } = capitalOfWatch(watch);
  if (decision.kind === "kept") return `quality kept (${decision.evidence}): savings released after ${String(audits)} audits`;
  return `quality ${decision.reason}: the reference alone after ${String(audits)} audits; capital ${String(wealth)} of ${String(threshold)} to release savings`;
}
