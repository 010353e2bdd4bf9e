import { CaioError } from "@caio/core";

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * A time of an option: `90d`, `12h`, or as ISO 8601 writes it; a day is its beginning in UTC. Milliseconds since 1970.
 *
 * @throws CaioError `InvalidField` for what is none, or is still to come
 */
export function pastTime(option: string, text: string, now: number): number {
  const age = /^([1-9][0-9]{0,4})([mhd])$/.exec(text);
  const time = age === null ? isoTime(text) : now - Number(age[1]) * UNITS[age[2] as keyof typeof UNITS];
  if (time >= 0 && time <= now) return time;
  throw new CaioError("InvalidField", `${option}: found ${JSON.stringify(text.slice(0, 40))}, expected a time that is past, such as 2026-01-31 or 2026-01-31T12:00:00Z, or an age, such as 90d.`);
}

function isoTime(text: string): number {
  return /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
}
