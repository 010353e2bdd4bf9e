import { createHmac } from "node:crypto";
import { inspect } from "node:util";

import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JSONWebKeySet, type JWTPayload } from "jose";
import { beforeAll, describe, expect, it } from "vitest";

import { isCaioError, type CaioError } from "@caio/core";

import { defaultAlgorithms, readBearer, supportedAlgorithms, TokenAuthenticator, verifyAuthentication, type TokenAuthenticatorOptions } from "../src/index.ts";

const NOW = 1_764_000_000_000;
const EXP = NOW / 1000 + 60;
const ISSUER = "https://id.example";
const PLANTED = "PLANTED-SECRET";
const keys = new Map<string, { privateKey: CryptoKey; publicKey: CryptoKey }>();
let keySet: JSONWebKeySet;

beforeAll(async () => {
  const published = [];
  for (const alg of supportedAlgorithms) {
    const pair = await generateKeyPair(alg, { extractable: true });
    keys.set(alg, pair);
    published.push({ ...(await exportJWK(pair.publicKey)), alg, kid: `kid-${alg}`, use: "sig" });
  }
  keySet = { keys: published };
}, 60_000);

interface Change {
  readonly alg?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Record<string, unknown>;
}

function pairOf(alg: string): { privateKey: CryptoKey; publicKey: CryptoKey } {
  const pair = keys.get(alg);
  if (pair === undefined) throw new Error(`no key for ${alg}`);
  return pair;
}

async function issue({ alg = "ES256", claims = {}, header = {} }: Change = {}): Promise<string> {
  const payload = { iss: ISSUER, aud: "caio", sub: PLANTED, exp: EXP, tenant: "acme", ...claims };
  return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
    .setProtectedHeader({ alg, kid: `kid-${alg}`, ...header })
    .sign(pairOf(alg).privateKey);
}

function door(options: Partial<TokenAuthenticatorOptions> = {}): TokenAuthenticator {
  return new TokenAuthenticator({ issuer: ISSUER, audience: "caio", keys: keySet, ...options });
}

async function failureOf(work: Promise<unknown>): Promise<CaioError> {
  try {
    await work;
  } catch (error) {
    if (isCaioError(error)) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

/** The reason, after checking that nothing of the token is anywhere in the error. */
async function reasonOf(token: string, options: Partial<TokenAuthenticatorOptions> = {}, now = NOW): Promise<unknown> {
  const error = await failureOf(door(options).authenticate(token, now));
  const shown = inspect(error, { depth: 20 }) + JSON.stringify(error);
  expect(error.code).toBe("InvalidToken");
  expect(error.cause).toBeUndefined();
  for (const secret of [PLANTED, ...token.split(".").filter((part) => part.length > 8)]) expect(shown).not.toContain(secret);
  return error.details["reason"];
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("tokens that are accepted", () => {
  it.each(supportedAlgorithms)("%s", async (alg) => {
    const principal = await door({ algorithms: [alg] }).authenticate(await issue({ alg }), NOW);
    expect(principal).toEqual({
      subject: PLANTED,
      issuer: ISSUER,
      tenant: "acme",
      permissions: [],
      trust: 0,
      evidence: { method: "jwt", keyId: `kid-${alg}`, alg, exp: EXP },
    });
    expect(verifyAuthentication(principal, NOW, { algorithms: [alg] }).holds).toBe(true);
  });

  it("maps claims: list and scope, trust words, region, traits, nbf", async () => {
    const claims = {
      permissions: ["chat"],
      scope: "read chat",
      trust: "high",
      region: "eu",
      nbf: NOW / 1000,
      traits: { conservative: "0.2000001", confidential: 0.5, risk: "0.7000001" },
    };
    expect(await door().authenticate(await issue({ claims }), NOW)).toMatchObject({
      permissions: ["chat", "read"],
      trust: 8,
      region: "eu",
      traits: { conservativeMicros: 200_001, confidentialMicros: 500_000, riskMicros: 700_000 },
      evidence: { nbf: NOW / 1000 },
    });
  });

  it("takes claim names literally, and a default tenant where the token names none", async () => {
    const token = await issue({ claims: { tenant: undefined, "https://acme.example/trust": 3, trust: 10 } });
    const options = { claims: { trust: "https://acme.example/trust" }, defaultTenant: "house" };
    expect(await door(options).authenticate(token, NOW)).toMatchObject({ tenant: "house", trust: 3 });
  });

  it("accepts one of several audiences on either side", async () => {
    const token = await issue({ claims: { aud: ["x", "caio"] } });
    expect((await door({ audience: ["y", "caio"] }).authenticate(token, NOW)).tenant).toBe("acme");
  });
});

describe("the window of a token", () => {
  it("ends exactly at 1000·exp", async () => {
    const token = await issue();
    await door().authenticate(token, EXP * 1000 - 1);
    expect(await reasonOf(token, {}, EXP * 1000)).toBe("expired");
  });

  it("begins exactly at 1000·nbf", async () => {
    const token = await issue({ claims: { nbf: NOW / 1000 } });
    await door().authenticate(token, NOW);
    expect(await reasonOf(token, {}, NOW - 1)).toBe("not_yet_valid");
  });

  it("narrows fractions of a second", async () => {
    const token = await issue({ claims: { exp: NOW / 1000 + 0.9, nbf: NOW / 1000 - 0.9 } });
    expect(await reasonOf(token)).toBe("expired");
  });

  it("widens by the tolerance, and the evidence says so", async () => {
    const token = await issue({ claims: { exp: NOW / 1000, nbf: NOW / 1000 } });
    expect(await reasonOf(token)).toBe("expired");
    const principal = await door({ clockToleranceSeconds: 5 }).authenticate(token, NOW + 4_999);
    expect(principal.evidence).toMatchObject({ exp: NOW / 1000 + 5, nbf: NOW / 1000 - 5 });
    expect(verifyAuthentication(principal, NOW + 4_999, { algorithms: defaultAlgorithms }).holds).toBe(true);
    expect(await reasonOf(token, { clockToleranceSeconds: 5 }, NOW + 5_000)).toBe("expired");
  });
});

describe("tokens that are refused", () => {
  it("alg none", async () => {
    const claims = part({ iss: ISSUER, aud: "caio", sub: PLANTED, exp: EXP, tenant: "acme" });
    expect(await reasonOf(`${part({ alg: "none" })}.${claims}.`)).toBe("malformed");
    expect(await reasonOf(`${part({ alg: "none" })}.${claims}.AAAA`)).toBe("algorithm");
    expect(await reasonOf(`${part({ alg: "nOnE" })}.${claims}.AAAA`)).toBe("algorithm");
  });

  it("HS256 with the public key as its secret", async () => {
    const pem = await exportSPKI(pairOf("RS256").publicKey);
    const body = `${part({ alg: "HS256", kid: "kid-RS256" })}.${part({ iss: ISSUER, aud: "caio", sub: PLANTED, exp: EXP, tenant: "acme" })}`;
    const forged = `${body}.${createHmac("sha256", pem).update(body).digest("base64url")}`;
    expect(await reasonOf(forged)).toBe("algorithm");
  });

  it.each([
    ["another issuer", { claims: { iss: "https://evil.example" } }, "issuer"],
    ["no issuer", { claims: { iss: undefined } }, "issuer"],
    ["another audience", { claims: { aud: "other" } }, "audience"],
    ["no audience", { claims: { aud: undefined } }, "audience"],
    ["expired", { claims: { exp: NOW / 1000 - 1 } }, "expired"],
    ["no exp", { claims: { exp: undefined } }, "claim"],
    ["exp as text", { claims: { exp: "soon" } }, "claim"],
    ["future nbf", { claims: { nbf: NOW / 1000 + 1 } }, "not_yet_valid"],
    ["no subject", { claims: { sub: undefined } }, "claim"],
    ["an algorithm not in the list", { alg: "PS512" }, "algorithm"],
    ["an unknown kid", { header: { kid: "other" } }, "unknown_key"],
    ["no tenant", { claims: { tenant: undefined } }, "claim"],
    ["a tenant that is no id", { claims: { tenant: `${PLANTED}!` } }, "claim"],
    ["permissions that are no list", { claims: { permissions: PLANTED } }, "claim"],
    ["a permission with a space", { claims: { permissions: [`a ${PLANTED}`] } }, "claim"],
    ["257 permissions", { claims: { permissions: Array.from({ length: 257 }, (_, index) => `p${String(index)}`) } }, "claim"],
    ["trust 11", { claims: { trust: 11 } }, "claim"],
    ["trust -1", { claims: { trust: -1 } }, "claim"],
    ["trust constructor", { claims: { trust: "constructor" } }, "claim"],
    ["a trait over one", { claims: { traits: { conservative: "1.5", confidential: 0, risk: 0 } } }, "claim"],
    ["a trait that is text", { claims: { traits: { conservative: PLANTED, confidential: 0, risk: 0 } } }, "claim"],
    ["a control character in the subject", { claims: { sub: `${PLANTED}\n` } }, "claim"],
  ] as const)("%s", async (_name, change, reason) => {
    expect(await reasonOf(await issue(change))).toBe(reason);
  });

  it("a payload or signature that was changed, and a signature by another key", async () => {
    const [header = "", payload = "", signature = ""] = (await issue()).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as JWTPayload;
    expect(await reasonOf(`${header}.${part({ ...claims, trust: 10 })}.${signature}`)).toBe("signature");
    const flipped = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
    expect(await reasonOf(`${header}.${payload}.${flipped}`)).toBe("signature");
    const other = await generateKeyPair("ES256");
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "kid-ES256" }).sign(other.privateKey);
    expect(await reasonOf(forged)).toBe("signature");
  });

  it("critical headers that nobody understands", async () => {
    const [, payload = "", signature = ""] = (await issue()).split(".");
    const crit = ["one", "two", "three", "four"];
    const header = part({ alg: "ES256", kid: "kid-ES256", crit, one: 1, two: 2, three: 3, four: 4 });
    expect(await reasonOf(`${header}.${payload}.${signature}`)).toBe("critical_header");
  });

  it("a key of the token's own: jwk, jku and x5u are not looked at", async () => {
    const mine = await generateKeyPair("ES256", { extractable: true });
    const header = { alg: "ES256", jwk: await exportJWK(mine.publicKey), jku: "https://evil.example/keys" };
    const claims = { iss: ISSUER, aud: "caio", sub: PLANTED, exp: EXP, tenant: "acme" };
    expect(await reasonOf(await new SignJWT(claims).setProtectedHeader(header).sign(mine.privateKey))).toBe("signature");
  });

  it("another type where one is demanded", async () => {
    const token = await issue({ header: { typ: "at+jwt" } });
    await door({ type: "at+jwt" }).authenticate(token, NOW);
    expect(await reasonOf(await issue(), { type: "at+jwt" })).toBe("type");
  });

  it("one megabyte, unread and at once", async () => {
    const begun = process.cpuUsage();
    expect(await reasonOf(`${"a".repeat(1_000_000)}.b.c`)).toBe("too_large");
    const { user, system } = process.cpuUsage(begun);
    // Processor time, so that a busy machine changes nothing.
    expect((user + system) / 1000).toBeLessThan(2_000);
  });

  it.each(["", "abc", "a.b", "a.b.c.d", "a.b.c ", "ä.b.c", "..", "e30.e30.e30", "bnVsbA.e30.AAAA", "W10.e30.AAAA"])("%j", async (token) => {
    expect(await reasonOf(token)).toBe("malformed");
  });

  it("a time that is none", async () => {
    expect((await failureOf(door().authenticate(await issue(), Number.NaN))).code).toBe("NumberOutOfRange");
  });
});

describe("configuration", () => {
  it.each([["HS256"], ["none"], ["RS1"]])("refuses %s in the allow-list", (algorithm) => {
    expect(() => door({ algorithms: [algorithm as "ES256"] })).toThrow(/Token algorithms/);
  });

  it("refuses an empty allow-list, a wild tolerance, and key sets with secrets in them", async () => {
    expect(() => door({ algorithms: [] })).toThrow(/Token algorithms/);
    expect(() => door({ clockToleranceSeconds: 301 })).toThrow(/Clock tolerance/);
    const secret = await exportJWK(pairOf("ES256").privateKey);
    const attempt = (): TokenAuthenticator => door({ keys: { keys: [secret] } });
    expect(attempt).toThrow(/private or symmetric/);
    expect(() => door({ keys: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } })).toThrow(/private or symmetric/);
  });
});

describe("fetched keys", () => {
  it("fetches once for many, again after the age, and for unknown keys at most once per cooldown", async () => {
    let fetches = 0;
    const source = (): Promise<JSONWebKeySet> => {
      fetches += 1;
      return Promise.resolve(keySet);
    };
    const lazy = door({ keys: source, keySetMaxAgeMs: 1_000, keySetCooldownMs: 100 });
    const token = await issue();
    await Promise.all(Array.from({ length: 10 }, () => lazy.authenticate(token, NOW)));
    expect(fetches).toBe(1);
    const unknown = await issue({ header: { kid: "made-up" } });
    for (let time = 0; time < 100; time += 10) await failureOf(lazy.authenticate(unknown, NOW + time));
    expect(fetches).toBe(1);
    await failureOf(lazy.authenticate(unknown, NOW + 100));
    expect(fetches).toBe(2);
    await lazy.authenticate(token, NOW + 1_099);
    expect(fetches).toBe(2);
    await lazy.authenticate(token, NOW + 1_100);
    expect(fetches).toBe(3);
  });

  it("finds a key that was added by rotation", async () => {
    const sets = [{ keys: keySet.keys.filter(({ alg }) => alg !== "ES384") }, keySet];
    const lazy = door({ keys: () => Promise.resolve(sets.shift() ?? keySet), keySetCooldownMs: 0 });
    await lazy.authenticate(await issue(), NOW);
    expect((await lazy.authenticate(await issue({ alg: "ES384" }), NOW + 1)).evidence.alg).toBe("ES384");
  });

  it("says ServiceUnavailable where they cannot be fetched, without what the fetch said, and recovers", async () => {
    let broken = true;
    const lazy = door({
      keys: () => (broken ? Promise.reject(new Error(`https://user:${PLANTED}@id.example`)) : Promise.resolve(keySet)),
    });
    const error = await failureOf(lazy.authenticate(await issue(), NOW));
    expect(error.code).toBe("ServiceUnavailable");
    expect(inspect(error, { depth: 20 })).not.toContain(PLANTED);
    broken = false;
    expect((await lazy.authenticate(await issue(), NOW)).tenant).toBe("acme");
  });
});

describe("readBearer", () => {
  it("tells tokens from keys", () => {
    expect(readBearer("Bearer a.b.c")).toEqual({ kind: "token", text: "a.b.c" });
    expect(readBearer("bearer  caio_x")).toEqual({ kind: "api_key", text: "caio_x" });
  });

  it.each([undefined, "", "  ", "Bearer", "Bearer ", `Basic ${PLANTED}`, `Bearer a ${PLANTED}`, `Bearer ${"a".repeat(30_000)}`])(
    "refuses %#",
    (header) => {
      try {
        readBearer(header);
        expect.unreachable();
      } catch (error) {
        expect(isCaioError(error, "Unauthenticated")).toBe(true);
        expect(inspect(error)).not.toContain(PLANTED);
      }
    },
  );
});
