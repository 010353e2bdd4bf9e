import { CaioError, MICRO, parseDecimal } from "@caio/core";
import type { Traits } from "@caio/contracts";

import { invalidClaim } from "./token-errors.ts";

/** Claims of a token whose signature holds; their shapes are not yet known. */
export type Claims = Readonly<Record<string, unknown>>;

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const PERMISSION = /^[\x21-\x7e]{1,128}$/;
const MAX_PERMISSIONS = 256;
const MAX_SUBJECT = 256;
const TRUST_WORDS: Readonly<Record<string, number>> = { low: 2, medium: 5, high: 8 };

/** The claim as an own property, so that `__proto__` and `constructor` name nothing. */
export function claimOf(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

/** `sub`: who the token speaks of. 1 … 256 characters of well-formed Unicode without control characters. */
export function readSubject(claims: Claims): string {
  const value = claimOf(claims, "sub");
  const lawful =
    typeof value === "string" && value.length > 0 && value.length <= MAX_SUBJECT && !/[\p{Cc}\p{Cs}]/u.test(value);
  if (!lawful) throw invalidClaim("sub", `1 to ${String(MAX_SUBJECT)} characters without control characters`);
  return value;
}

/** An id such as a tenant or a region; undefined where the claim is absent. */
export function readId(claims: Claims, name: string): string | undefined {
  const value = claimOf(claims, name);
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !ID.test(value)) {
    throw invalidClaim(name, "1 to 63 of a-z, 0-9 and -, not starting with -");
  }
  return value;
}

/** The permissions of a list claim and of a space-separated scope claim (RFC 8693 §4.2), sorted, without repeats. */
export function readPermissions(claims: Claims, listName: string, scopeName: string): readonly string[] {
  const all = [...new Set([...readList(claims, listName), ...readScope(claims, scopeName)])].sort();
  if (all.length > MAX_PERMISSIONS) throw invalidClaim(listName, `at most ${String(MAX_PERMISSIONS)} permissions`);
  return all;
}

/** 0 … 10, or low, medium, high for 2, 5, 8. Absent: 0, the least. */
export function readTrust(claims: Claims, name: string): number {
  const value = claimOf(claims, name);
  if (value === undefined) return 0;
  const level = typeof value === "string" && Object.hasOwn(TRUST_WORDS, value) ? TRUST_WORDS[value] : value;
  if (typeof level !== "number" || !Number.isSafeInteger(level) || level < 0 || level > 10) {
    throw invalidClaim(name, "an integer from 0 to 10, or low, medium or high");
  }
  return level;
}

/** `{ conservative, confidential, risk }`, each a decimal from 0 to 1, all three; undefined where the claim is absent. */
export function readTraits(claims: Claims, name: string): Traits | undefined {
  const value = claimOf(claims, name);
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidClaim(name, "an object with conservative, confidential and risk");
  }
  const members: Claims = { ...value };
  return {
    // Demands tighten: the first two round up, the tolerated risk rounds down.
    conservativeMicros: readRatio(members, name, "conservative", "up"),
    confidentialMicros: readRatio(members, name, "confidential", "up"),
    riskMicros: readRatio(members, name, "risk", "down"),
  };
}

/** Seconds since 1970 as a safe integer; a fraction is rounded so that the window only narrows. */
export function readSeconds(claims: Claims, name: string, rounding: "down" | "up"): number | undefined {
  const value = claimOf(claims, name);
  if (value === undefined) return undefined;
  const whole = typeof value === "number" ? (rounding === "down" ? Math.floor(value) : Math.ceil(value)) : undefined;
  if (whole === undefined || !Number.isSafeInteger(whole)) throw invalidClaim(name, "seconds since 1970 as a number");
  return whole;
}

function readList(claims: Claims, name: string): readonly string[] {
  const value = claimOf(claims, name);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalidClaim(name, "a list of permissions");
  if (value.length > MAX_PERMISSIONS) throw invalidClaim(name, `at most ${String(MAX_PERMISSIONS)} permissions`);
  return value.map((item: unknown) => {
    if (typeof item !== "string" || !PERMISSION.test(item)) {
      throw invalidClaim(name, "permissions of 1 to 128 printable ASCII characters without spaces");
    }
    return item;
  });
}

function readScope(claims: Claims, name: string): readonly string[] {
  const value = claimOf(claims, name);
  if (value === undefined) return [];
  if (typeof value !== "string") throw invalidClaim(name, "permissions separated by spaces");
  const items = value.split(" ").filter((item) => item !== "");
  return readList({ [name]: items }, name);
}

function readRatio(members: Claims, claim: string, member: string, rounding: "down" | "up"): number {
  const place = `${claim}.${member}`;
  const value = claimOf(members, member);
  if (typeof value !== "string" && typeof value !== "number") throw invalidClaim(place, "a decimal from 0 to 1");
  try {
    const micros = parseDecimal(value, 6, rounding);
    if (micros >= 0 && micros <= MICRO) return micros;
  } catch (error) {
    if (!(error instanceof CaioError)) throw error;
  }
  // Not the parser's own error: it repeats what it found.
  throw invalidClaim(place, "a decimal from 0 to 1");
}
