import { mapping } from "@caio/contracts";
import type { RetentionCutoffs } from "@caio/traceability";
import { z } from "zod";

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How long parts of decisions are kept, milliseconds; absent: for ever. */
export interface RetentionTerms {
  /** Decision keys and disclosed values. */
  readonly openingsMs?: number | undefined;
  readonly certificatesMs?: number | undefined;
  /** Entries of decisions and outcomes. */
  readonly decisionsMs?: number | undefined;
  /** Versions of H; absent: as long as the certificates of the decisions that stand on them. */
  readonly versionsMs?: number | undefined;
  /** How often what is too old is removed. */
  readonly everyMs: number;
}

const age = z
  .string()
  .regex(/^[1-9][0-9]{0,4}[mhd]$/, "expected an age such as 30d, 12h or 90m")
  .transform((text) => Number(text.slice(0, -1)) * UNITS[text.slice(-1) as keyof typeof UNITS]);

/** Parts of a decision, each of no use without the next. */
const order = ["openings", "certificates", "decisions"] as const;

/** `retention` of `caio.yaml`. Nothing may be kept longer than what it goes with. */
export const retentionTerms: z.ZodType<RetentionTerms> = mapping({
  openings: age.optional(),
  certificates: age.optional(),
  decisions: age.optional(),
  versions: age.optional(),
  every: age.prefault("1h"),
})
  .superRefine((ages, context) => {
    for (const [at, part] of order.entries()) {
      const longest = order.slice(at + 1).find((later) => (ages[part] ?? 0) > (ages[later] ?? Number.POSITIVE_INFINITY));
      if (longest !== undefined) context.addIssue({ code: "custom", path: [part], message: `expected at most the age of ${longest}, with which it goes` });
    }
  })
  .transform(({ openings, certificates, decisions, versions, every }) => ({ openingsMs: openings, certificatesMs: certificates, decisionsMs: decisions, versionsMs: versions, everyMs: every }));

/** What is too old at a time, milliseconds since 1970-01-01T00:00:00Z. */
export function cutoffsAt({ openingsMs, certificatesMs, decisionsMs, versionsMs }: RetentionTerms, now: number): RetentionCutoffs {
  const before = (age: number | undefined): number | undefined => (age === undefined ? undefined : now - age);
  return { openings: before(openingsMs), certificates: before(certificatesMs), decisions: before(decisionsMs), versions: before(versionsMs) };
}
