import * as z from "zod/mini";

const number = z.number();
const maybe = z.nullable(number);
const spending = z.object({ spent_micros: number, reserved_micros: number, limit_micros: maybe });
export type Spending = z.output<typeof spending>;

const budget = z.object({
  key_id: z.string(),
  subject: z.string(),
  tenant: z.string(),
  created_at: number,
  exp: maybe,
  revoked_at: maybe,
  requests_per_minute: maybe,
  concurrent_requests: maybe,
  day: z.nullable(spending),
  month: z.nullable(spending),
});
/** A key with what it may spend and has spent (`GET /api/v1/budgets`). */
export type KeyBudget = z.output<typeof budget>;
export const budgetsReply = z.object({ budgets: z.array(budget), next: z.nullable(z.string()), currency: z.string(), now: number });

/** What only administrators are told of keys (`GET /api/v1/keys`). */
const right = z.object({ key_id: z.string(), permissions: z.array(z.string()), trust: number, region: z.nullable(z.string()) });
export type KeyRights = z.output<typeof right>;
export const keysReply = z.object({ keys: z.array(right) });

/** The only answers that ever show a key. */
export const madeReply = z.object({ key: z.string(), key_id: z.string() });
export type MadeKey = z.output<typeof madeReply>;

/** How a key stands at a time, milliseconds. */
export function standingOf({ revoked_at: revoked, exp }: Pick<KeyBudget, "revoked_at" | "exp">, now: number): "in use" | "revoked" | "ended" {
  if (revoked !== null) return "revoked";
  return exp !== null && exp * 1000 <= now ? "ended" : "in use";
}
