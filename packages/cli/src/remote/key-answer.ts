import { z } from "zod";

const whole = z.number().int();

/** What a gateway says of a key: nothing by which it could be used. */
export const shownKey = z.object({
  key_id: z.string().regex(/^[0-9a-f]{16}$/),
  subject: z.string(),
  tenant: z.string(),
  permissions: z.array(z.string()),
  trust: whole,
  region: z.string().nullable(),
  created_at: whole,
  exp: whole.nullable(),
  revoked_at: whole.nullable(),
  limits: z.object({
    budget: z.object({ day_micros: whole.nullable(), month_micros: whole.nullable() }).nullable(),
    requests_per_minute: whole.nullable(),
    concurrent_requests: whole.nullable(),
  }),
});
export type ShownKey = z.output<typeof shownKey>;

export const keyList = z.object({ keys: z.array(shownKey) });

/** The one answer that holds the key itself. */
export const madeKey = shownKey.extend({ key: z.string().startsWith("caio_"), replaces: z.string().optional() });
export type MadeKey = z.output<typeof madeKey>;

const spending = z.object({ spent_micros: whole, reserved_micros: whole, limit_micros: whole.nullable() });

/** What a key spent this UTC day and month. */
export const keyUsage = z.object({ key_id: z.string(), day: spending, month: spending });
export type KeyUsage = z.output<typeof keyUsage>;
