import { decimal } from "@caio/orchestrator";

import type { KeyUsage, ShownKey } from "../remote/key-answer.ts";
import { oneLine } from "./plain-text.ts";
import type { Style } from "./style.ts";
import { tableLook, type Look } from "../watch/look.ts";

/** Who revokes a key names it whole, so that its id is never cut. */
const COLUMNS = [{ title: "key", as: "figure" }, "subject", "tenant", { title: "trust", as: "figure" }, "permissions", "limits", { title: "made", as: "figure" }, "state"] as const;

/** Keys as a table. @param now - milliseconds; what ended before it is shown as ended */
export function keysLook(keys: readonly ShownKey[], now: number, style: Style): Look {
  return tableLook(COLUMNS, keys.map((key) => rowOf(key, now)), { style, empty: "No keys.", value: { keys: [...keys] } });
}

/** What a key spent, and what is reserved for calls that are under way. */
export function usageLook({ key_id: id, day, month }: KeyUsage, style: Style): Look {
  const rows = ([["this day", day], ["this month", month]] as const).map(([name, { spent_micros: spent, reserved_micros: reserved, limit_micros: limit }]) => [
    name, decimal(spent), decimal(reserved), limit === null ? "none" : decimal(limit), limit === null ? "" : decimal(Math.max(0, limit - spent - reserved)),
  ]);
  return tableLook(["in UTC", "spent", "reserved", "budget", "left"], rows, { style, empty: "", value: { key_id: id, day, month } });
}

function rowOf(key: ShownKey, now: number): readonly string[] {
  const { key_id: id, subject, tenant, trust, permissions, created_at: made } = key;
  return [id, oneLine(subject), oneLine(tenant), String(trust), oneLine(permissions.join(", ")), limitsOf(key), dayOf(made), stateOf(key, now)];
}

function limitsOf({ limits: { budget, requests_per_minute: perMinute, concurrent_requests: concurrent } }: ShownKey): string {
  const { day_micros: day, month_micros: month } = budget ?? { day_micros: null, month_micros: null };
  const words = [
    day === null ? "" : `${decimal(day)} a day`,
    month === null ? "" : `${decimal(month)} a month`,
    perMinute === null ? "" : `${String(perMinute)} a minute`,
    concurrent === null ? "" : `${String(concurrent)} at once`,
  ].filter((word) => word !== "");
  return words.length === 0 ? "none" : words.join(", ");
}

function stateOf({ revoked_at: revoked, exp }: ShownKey, now: number): string {
  if (revoked !== null) return `revoked ${dayOf(revoked)}`;
  if (exp === null) return "active";
  return exp * 1000 <= now ? `expired ${dayOf(exp * 1000)}` : `active until ${dayOf(exp * 1000)}`;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
