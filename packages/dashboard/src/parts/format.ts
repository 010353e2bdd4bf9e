const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const PARTS = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** A count: `12,345`. */
export function counted(count: number): string {
  return WHOLE.format(count);
}

/** Microseconds as people say them: `840 µs`, `12.3 ms`, `4.2 s`, `3 min`. */
export function duration(us: number): string {
  if (us < 1000) return `${WHOLE.format(us)} µs`;
  if (us < 1_000_000) return `${PARTS.format(us / 1000)} ms`;
  return us < 120_000_000 ? `${PARTS.format(us / 1_000_000)} s` : `${PARTS.format(us / 60_000_000)} min`;
}

/** Millionths as a number with a fixed point, all six digits of it: `-0.125000` is exact. */
export function exactMicros(micros: number): string {
  const [sign, most] = [micros < 0 ? "−" : "", Math.abs(micros)];
  return `${sign}${String(Math.floor(most / 1_000_000))}.${String(most % 1_000_000).padStart(6, "0")}`;
}

/** Money in micros of a currency: `0.0021 EUR`. */
export function money(micros: number, currency: string): string {
  return `${PARTS.format(micros / 1_000_000)} ${currency}`;
}

/** Millionths as a percentage: `99.5 %`. */
export function percent(micros: number): string {
  return `${PARTS.format(micros / 10_000)} %`;
}

/** A time of this machine's zone: `14:03:07`, with the date unless it is today's. */
export function timeOfDay(ms: number, now: number): string {
  const time = new Date(ms);
  const clock = `${padded(time.getHours())}:${padded(time.getMinutes())}:${padded(time.getSeconds())}`;
  return time.toDateString() === new Date(now).toDateString() ? clock : `${String(time.getFullYear())}-${padded(time.getMonth() + 1)}-${padded(time.getDate())} ${clock}`;
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** A time of this machine's zone in little room: `14:03:07` of today, else `2 Mar 14:03`. */
export function shortTime(ms: number, now: number): string {
  const clock = timeOfDay(ms, ms);
  return new Date(ms).toDateString() === new Date(now).toDateString() ? clock : `${DAY.format(ms)} ${clock.slice(0, 5)}`;
}

/** Times of an axis, in seconds since 1970: as much of each as tells it from the next. */
export function tickTimes(seconds: readonly number[]): string[] {
  const step = (seconds[1] ?? Infinity) - (seconds[0] ?? 0);
  return seconds.map((at) => (step >= 86_400 && step !== Infinity ? DAY.format(at * 1000) : timeOfDay(at * 1000, at * 1000).slice(0, step < 60 ? 8 : 5)));
}

/** How long ago: `12 s ago`, `3 h ago`. */
export function ago(ms: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - ms) / 1000));
  if (seconds < 90) return `${String(seconds)} s ago`;
  if (seconds < 5400) return `${String(Math.round(seconds / 60))} min ago`;
  return seconds < 172_800 ? `${String(Math.round(seconds / 3600))} h ago` : `${String(Math.round(seconds / 86_400))} days ago`;
}

function padded(part: number): string {
  return String(part).padStart(2, "0");
}
