/** What a form said, read into what the gateway takes; or what is wrong with it, in words. */
export type Read<Value> = { readonly value: Value } | { readonly problem: string };

export interface Limits {
  readonly budget?: { readonly day_micros?: number; readonly month_micros?: number };
  readonly requests_per_minute?: number;
  readonly concurrent_requests?: number;
}

/** A decimal of money as micros, rounded to none: `12.5` is 12 500 000. Undefined for an empty field, null for what is none. */
export function microsOf(text: string): number | undefined | null {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const [, whole = "", fraction = ""] = /^([0-9]{1,9})(?:\.([0-9]{1,6}))?$/.exec(trimmed) ?? [];
  return whole === "" ? null : Number(whole) * 1_000_000 + Number(fraction.padEnd(6, "0"));
}

/** Micros as they are written in a field. */
export function fieldOf(micros: number | null | undefined): string {
  return micros === null || micros === undefined ? "" : String(micros / 1_000_000);
}

/** The limits of a form; an empty field is no limit. */
export function limitsOf(form: FormData): Read<Limits> {
  const [day, month] = [microsOf(textOf(form, "day")), microsOf(textOf(form, "month"))];
  if (day === null || month === null) return { problem: "A budget is a number such as 25 or 0.5, with six digits after the point at most." };
  const [minute, concurrent] = [wholeOf(textOf(form, "minute")), wholeOf(textOf(form, "concurrent"))];
  if (minute === null || concurrent === null) return { problem: "Requests are a whole number." };
  const budget = day === undefined && month === undefined ? {} : { budget: { ...(day === undefined ? {} : { day_micros: day }), ...(month === undefined ? {} : { month_micros: month }) } };
  return { value: { ...budget, ...(minute === undefined ? {} : { requests_per_minute: minute }), ...(concurrent === undefined ? {} : { concurrent_requests: concurrent }) } };
}

export interface WantedKey {
  readonly subject: string;
  readonly tenant: string;
  readonly permissions: readonly string[];
  readonly trust: number;
  readonly region?: string;
  readonly exp?: number;
  readonly limits?: Limits;
}

const MOST_TRUST = 10;

/** A key that a form asks for. */
export function wantedKeyOf(form: FormData): Read<WantedKey> {
  const [subject, tenant] = [textOf(form, "subject"), textOf(form, "tenant")];
  if (subject === "" || tenant === "") return { problem: "A key needs a subject and a tenant." };
  const limits = limitsOf(form);
  if ("problem" in limits) return limits;
  const said = wholeOf(textOf(form, "trust"));
  const trust = said === undefined ? 0 : said;
  if (trust === null || trust > MOST_TRUST) return { problem: "Trust is a whole number from 0 to 10." };
  const region = textOf(form, "region");
  const end = textOf(form, "end");
  // The day named is the last one.
  const exp = end === "" ? Number.NaN : Math.floor(Date.parse(`${end}T23:59:59Z`) / 1000);
  return {
    value: {
      subject, tenant, trust,
      permissions: textOf(form, "permissions").split(/[\s,]+/).filter((word) => word !== ""),
      ...(region === "" ? {} : { region }),
      ...(Number.isNaN(exp) ? {} : { exp }),
      ...(Object.keys(limits.value).length === 0 ? {} : { limits: limits.value }),
    },
  };
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}

function wholeOf(text: string): number | undefined | null {
  if (text === "") return undefined;
  return /^[0-9]{1,8}$/.test(text) ? Number(text) : null;
}
