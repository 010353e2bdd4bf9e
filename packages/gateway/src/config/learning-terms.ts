import { decimal, integer, mapping } from "@caio/contracts";
import { onlineSettings, type OnlineSettings } from "@caio/control";
import { z } from "zod";

/** How a gateway learns. */
export interface LearningTerms {
  /** Microseconds that successes may wait to be learned together. A failure is known to the next decision. */
  readonly learnEveryUs: number;
  /** Whether a success teaches nothing of its value until feedback says what it was worth. */
  readonly successesWait: boolean;
  /** Absent: LinUCB alone. */
  readonly online: OnlineSettings | undefined;
  /** File of a fitted value model (`caio learn`), of the encoder's features; values are learned online beside it. */
  readonly model: string | undefined;
}

const share = decimal({ digits: 6, rounding: "half-even", min: 0, max: 1_000_000, expected: "a number from 0 to 1" });
const reward = decimal({ digits: 6, rounding: "half-even", min: -1_000_000, max: 1_000_000, expected: "a number from -1 to 1" });
const likeness = decimal({ digits: 6, rounding: "half-even", min: 50_000, max: 1_000_000, expected: "a number from 0.05 to 1" });
const bound = decimal({ digits: 6, rounding: "half-even", min: 0, max: 1_000_000_000, expected: "a number from 0 to 1000" });

const online = mapping({
  prior_weight: integer(0, 1_000_000).exactOptional(),
  unclaimed: reward.exactOptional(),
  lead: share.exactOptional(),
  caution: share.exactOptional(),
  likeness: likeness.exactOptional(),
  cases: integer(0, 128).exactOptional(),
  half_life: integer(0, 1_000_000).exactOptional(),
  change: bound.exactOptional(),
}).transform((raw): OnlineSettings => {
  const said = {
    ...{ priorWeight: raw.prior_weight, unclaimedMicros: raw.unclaimed, leadMicros: raw.lead, cautionMicros: raw.caution },
    ...{ likenessMicros: raw.likeness, cases: raw.cases, halfLife: raw.half_life, changeMicros: raw.change },
  };
  return onlineSettings(Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)));
});

/** `learning` of a gateway's configuration. */
export const learningTerms = mapping({ interval_ms: integer(0, 60_000).prefault("1000"), successes: z.enum(["count", "wait"]).default("count"), online: online.optional(), model: z.string().min(1).max(4096).optional() }).transform(
  (raw): LearningTerms => ({
    learnEveryUs: raw.interval_ms * 1000,
    successesWait: raw.successes === "wait",
    // Beside a model levels follow what comes: it has more cases than could be gathered online, and its means are no mere claims.
    online: raw.online ?? (raw.model === undefined ? undefined : onlineSettings({ cases: 0, leadMicros: 0, cautionMicros: 0 })),
    model: raw.model,
  }),
);
