import { errors, jwtVerify, type JWTVerifyResult, type JWTVerifyOptions } from "jose";

import type { Principal } from "@caio/contracts";
import { CaioError } from "@caio/core";

import { defaultAlgorithms, supportedAlgorithms, type SignatureAlgorithm } from "../algorithms.ts";
import { defaultClaimMapping, principalOf, type ClaimMapping } from "./claim-mapping.ts";
import { claimOf, readSeconds } from "./claim-values.ts";
import { expired, fromJose, notYetValid } from "./jose-failure.ts";
import { KeySetCache } from "./key-set-cache.ts";
import type { KeySetSource } from "./key-set-source.ts";
import { invalidClaim, invalidToken } from "./token-errors.ts";

/** How tokens of one issuer are accepted. */
export interface TokenAuthenticatorOptions {
  /** The `iss` accepted, exactly. */
  readonly issuer: string;
  /** One of these must be in `aud`. */
  readonly audience: string | readonly string[];
  readonly keys: KeySetSource;
  /** Default: `defaultAlgorithms`. */
  readonly algorithms?: readonly SignatureAlgorithm[];
  /** Seconds by which clocks may differ, 0 … 300; default 0. It widens the evidence's exp and nbf. */
  readonly clockToleranceSeconds?: number;
  readonly claims?: Partial<ClaimMapping>;
  /** The tenant of a token that names none. Without it such a token is refused. */
  readonly defaultTenant?: string;
  /** The header `typ` demanded, such as `at+jwt` (RFC 9068). Default: any. */
  readonly type?: string;
  /** Longer tokens are refused unread; default 16 384. */
  readonly maxTokenLength?: number;
  /** Milliseconds that a fetched key set is used; default 600 000. */
  readonly keySetMaxAgeMs?: number;
  /** Milliseconds between two fetches for unknown keys; default 30 000. */
  readonly keySetCooldownMs?: number;
}

const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * The door for signed JWTs (RFC 7519, with the care of RFC 8725): signature under the allow-list, issuer, audience, exp
 * (required) and nbf, then the claims as a `Principal`. Verified once; the evidence is carried into the decision.
 *
 * @example
 * ```ts
 * import { TokenAuthenticator } from "@caio/security";
 * import type { JSONWebKeySet } from "jose";
 *
 * async function whoIs(token: string, keys: JSONWebKeySet, now: number): Promise<string> {
 *   const door = new TokenAuthenticator({ issuer: "https://id.example", audience: "caio", keys });
 *   return (await door.authenticate(token, now)).tenant;
 * }
 * ```
 */
export class TokenAuthenticator {
  readonly #options: TokenAuthenticatorOptions;
  readonly #algorithms: readonly SignatureAlgorithm[];
  readonly #tolerance: number;
  readonly #keys: KeySetCache;

  /** @throws CaioError `InvalidPolicy` for an algorithm that is not asymmetric, a bad tolerance or a bad key set. */
  constructor(options: TokenAuthenticatorOptions) {
    this.#options = options;
    this.#algorithms = checkAlgorithms(options.algorithms ?? defaultAlgorithms);
    this.#tolerance = checkTolerance(options.clockToleranceSeconds ?? 0);
    this.#keys = new KeySetCache(options.keys, {
      maxAgeMs: options.keySetMaxAgeMs ?? 600_000,
      cooldownMs: options.keySetCooldownMs ?? 30_000,
    });
  }

  /**
   * @param token - compact JWS
   * @param now - milliseconds: refused from 1000·exp on, accepted from 1000·nbf on
   * @throws CaioError `InvalidToken` with `details.reason`, never with any part of the token; `ServiceUnavailable` if the
   * keys cannot be fetched.
   */
  async authenticate(token: string, now: number): Promise<Principal> {
    this.#checkShape(token);
    if (!Number.isSafeInteger(now) || Math.abs(now) > 8.64e15) {
      throw new CaioError("NumberOutOfRange", "now: expected whole milliseconds since 1970.", { details: { at: "now" } });
    }
    const { payload, protectedHeader } = await this.#verify(token, now);
    const { alg, kid } = protectedHeader;
    const window = this.#window(payload, now);
    const mapping = { ...defaultClaimMapping, ...this.#options.claims };
    const evidence = { method: "jwt" as const, ...(kid === undefined ? {} : { keyId: kid }), alg, ...window };
    const { defaultTenant } = this.#options;
    return principalOf(payload, this.#options.issuer, evidence, {
      mapping,
      ...(defaultTenant === undefined ? {} : { defaultTenant }),
    });
  }

  #checkShape(token: string): void {
    // Before anything reads it: length bounds the work of every later step.
    if (token.length > (this.#options.maxTokenLength ?? 16_384)) {
      throw invalidToken("too_large", "The token is longer than is read here. Ask the issuer for one with fewer claims.");
    }
    if (!COMPACT.test(token)) {
      throw invalidToken("malformed", "The token is no signed JWT (three base64url parts with dots). Send the access token itself.");
    }
  }

  async #verify(token: string, now: number): Promise<JWTVerifyResult> {
    const { issuer, audience, type } = this.#options;
    const options: JWTVerifyOptions = {
      algorithms: [...this.#algorithms],
      issuer,
      audience: typeof audience === "string" ? audience : [...audience],
      currentDate: new Date(now),
      clockTolerance: this.#tolerance,
      requiredClaims: ["sub", "exp"],
      ...(type === undefined ? {} : { typ: type }),
    };
    try {
      return await jwtVerify(token, await this.#keys.keys(now), options);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw fromJose(error);
      const newer = await this.#keys.newerKeys(now);
      if (newer === undefined) throw fromJose(error);
      return await jwtVerify(token, newer, options).catch((second: unknown) => {
        throw fromJose(second);
      });
    }
  }

  /** exp and nbf as enforced, tolerance included, so that the decision later judges by the same window. */
  #window(claims: JWTVerifyResult["payload"], now: number): { exp: number; nbf?: number } {
    const exp = readSeconds(claims, "exp", "down");
    if (exp === undefined) throw invalidClaim("exp", "seconds since 1970 as a number");
    const latest = exp + this.#tolerance;
    // The library compares whole seconds; these comparisons are in milliseconds and settle it.
    if (now >= latest * 1000) throw expired();
    if (claimOf(claims, "nbf") === undefined) return { exp: latest };
    const earliest = (readSeconds(claims, "nbf", "up") ?? 0) - this.#tolerance;
    if (now < earliest * 1000) throw notYetValid();
    return { exp: latest, nbf: earliest };
  }
}

function checkAlgorithms(algorithms: readonly SignatureAlgorithm[]): readonly SignatureAlgorithm[] {
  const known: readonly string[] = supportedAlgorithms;
  const bad = algorithms.find((algorithm) => !known.includes(algorithm));
  if (algorithms.length === 0 || bad !== undefined) {
    const expected = `one or more of ${supportedAlgorithms.join(", ")}`;
    throw new CaioError("InvalidPolicy", `Token algorithms: found ${bad ?? "none"}, expected ${expected}.`, {
      details: { at: "algorithms", found: bad ?? "", expected },
    });
  }
  return [...algorithms];
}

function checkTolerance(seconds: number): number {
  if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > 300) {
    throw new CaioError("InvalidPolicy", `Clock tolerance: found ${String(seconds)}, expected whole seconds from 0 to 300.`, {
      details: { at: "clockToleranceSeconds", expected: "0 … 300" },
    });
  }
  return seconds;
}
