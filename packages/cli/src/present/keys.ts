import { decimal } from "@caio/orchestrator";

import type { ShownKey } from "../remote/key-answer.ts";
import { oneLine } from "./plain-text.ts";
import type { Style } from "./style.ts";
import { tableText } from "./table.ts";

/** Who revokes a key names it whole, so that its id is never cut. */
const COLUMNS = [{ title: "key", as: "figure" }, "subject", "tenant", { title: "trust", as: "figure" }, "permissions", "limits", { title: "made", as: "figure" }, "state"] as const;

/** Keys as a table. @param now - milliseconds; what ended before it is shown as ended */
export function keysTable(keys: readonly ShownKey[], now: number, style: Style): string {
  if (keys.length === 0) return "No keys.\n";
  return tableText(COLUMNS, keys.map((key) => rowOf(key, now)), style);
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
