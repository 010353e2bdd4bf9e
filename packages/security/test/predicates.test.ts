import { describe, expect, it } from "vitest";

import {
  verifyAccessControl,
  verifyAuthentication,
  verifyAuthorization,
  verifyPrivacy,
  verifyTrust,
  type PrivacyPolicy,
} from "../src/index.ts";
import { contract, principal } from "./worlds.ts";

const algorithms = ["ES256"];
const strict: PrivacyPolicy = { mode: "strict", sensitive: ["personal", "health"], allowedLabels: { mail: ["personal"] } };

describe("authentication", () => {
  const judge = (evidence: Parameters<typeof principal>[0], now: number): string =>
    verifyAuthentication(principal(evidence), now, { algorithms }).reason;

  it("refuses a token at 1000·exp and accepts it one millisecond before", () => {
    const jwt = { evidence: { method: "jwt", alg: "ES256", exp: 10 } } as const;
    expect(judge(jwt, 9_999)).toBe("ok");
    expect(judge(jwt, 10_000)).toBe("expired");
  });

  it("accepts a token at 1000·nbf and refuses it one millisecond before", () => {
    const jwt = { evidence: { method: "jwt", alg: "ES256", exp: 10, nbf: 5 } } as const;
    expect(judge(jwt, 5_000)).toBe("ok");
    expect(judge(jwt, 4_999)).toBe("not_yet_valid");
  });

  it.each([
    [{ method: "jwt", alg: "none", exp: 10 }, "algorithm"],
    [{ method: "jwt", exp: 10 }, "algorithm"],
    [{ method: "jwt", alg: "ES256" }, "no_expiry"],
    [{ method: "jwt", alg: "ES256", exp: Number.NaN }, "expired"],
    [{ method: "jwt", alg: "ES256", exp: Number.POSITIVE_INFINITY }, "expired"],
    [{ method: "jwt", alg: "ES256", exp: 10, nbf: Number.NaN }, "not_yet_valid"],
    [{ method: "api_key" }, "no_key_id"],
    [{ method: "api_key", keyId: "k", exp: 0 }, "expired"],
    [{ method: "api_key", keyId: "k" }, "ok"],
    [{ method: "local" }, "ok"],
  ] as const)("%j is %s", (evidence, reason) => {
    expect(judge({ evidence }, 1)).toBe(reason);
  });

  it("refuses a method that it does not know, and a time that is none", () => {
    const strange: unknown = { method: "magic" };
    expect(judge({ evidence: strange as { method: "jwt" } }, 1)).toBe("method");
    expect(judge({ evidence: { method: "jwt", alg: "ES256", exp: 10 } }, Number.NaN)).toBe("expired");
  });
});

describe("authorization", () => {
  const access = { requiredTrustLevel: 0, tenants: [], public: false } as const;
  const judge = (required: readonly string[], match: "any" | "all", held: readonly string[], open = false) =>
    verifyAuthorization(principal({ permissions: held }), contract({ access: { ...access, requiredPermissions: required, match, public: open } }));

  it("is open to nobody where a contract neither is public nor requires anything", () => {
    expect(judge([], "any", ["a"]).holds).toBe(false);
    expect(judge([], "all", ["a"]).holds).toBe(false);
  });

  it("any needs one, all needs each, public none", () => {
    expect(judge(["a", "b"], "any", ["b"])).toMatchObject({ holds: true, matched: ["b"], missing: [] });
    expect(judge(["a", "b"], "all", ["b"])).toMatchObject({ holds: false, matched: ["b"], missing: ["a"] });
    expect(judge(["a", "b"], "all", ["a", "b", "c"])).toMatchObject({ holds: true, matched: ["a", "b"] });
    expect(judge(["a"], "all", [], true)).toMatchObject({ holds: true, matched: [] });
  });

  it("shows no permission that is not required, and for any no more than the one that decides", () => {
    expect(JSON.stringify(judge(["a", "b"], "any", ["a", "b", "own-secret"]))).not.toContain("own-secret");
    expect(judge(["a", "b"], "any", ["a", "b"]).matched).toEqual(["a"]);
  });
});

describe("privacy", () => {
  const judge = (labels: readonly string[], privacy: object, policy = strict, serviceId = "demo") =>
    verifyPrivacy(labels, contract({ serviceId, privacy: { compliance: [], ...privacy } }), policy).basis;
  const encrypted = { ...strict, mode: "encrypted" } as const;

  it.each([
    ["no sensitive label", ["question"], {}, strict, "not_sensitive"],
    ["silence", ["personal"], {}, strict, "none"],
    ["on_device", ["personal"], { dataLocality: "on_device" }, strict, "locality"],
    ["local", ["personal"], { dataLocality: "local" }, strict, "locality"],
    ["private cloud is not local", ["personal"], { dataLocality: "private_cloud" }, strict, "none"],
    ["end to end", ["personal"], { encryption: true, encryptionType: "end_to_end" }, strict, "encryption"],
    ["a type without encryption", ["personal"], { encryptionType: "end_to_end" }, strict, "none"],
    ["a type with encryption false", ["personal"], { encryption: false, encryptionType: "end_to_end" }, encrypted, "none"],
    ["at rest in strict mode", ["personal"], { encryption: true, encryptionType: "at_rest" }, strict, "none"],
    ["at rest in encrypted mode", ["personal"], { encryption: true, encryptionType: "at_rest" }, encrypted, "encryption"],
    ["true without a type, encrypted", ["personal"], { encryption: true }, encrypted, "encryption"],
    ["true without a type, strict", ["personal"], { encryption: true }, strict, "none"],
  ] as const)("%s", (_name, labels, privacy, policy, basis) => {
    expect(judge(labels, privacy, policy)).toBe(basis);
  });

  it("lets a service see exactly the labels that the policy allows it", () => {
    expect(judge(["personal"], {}, strict, "mail")).toBe("allowed_labels");
    expect(judge(["personal", "health"], {}, strict, "mail")).toBe("none");
  });

  it("does not take inherited members of an object for a service's labels", () => {
    for (const id of ["constructor", "valueof", "__proto__"]) expect(judge(["personal"], {}, strict, id)).toBe("none");
  });
});

describe("trust and access", () => {
  it("trust is at least what is required, and NaN is none", () => {
    const access = contract().access;
    const three = contract({ access: { ...access, requiredTrustLevel: 3 } });
    expect([2, 3, 4, Number.NaN].map((trust) => verifyTrust({ trust }, three).holds)).toEqual([false, true, true, false]);
  });

  it.each([
    [[], undefined, undefined, "any", undefined, true],
    [["acme"], undefined, undefined, "any", undefined, true],
    [["other"], undefined, undefined, "any", undefined, false],
    [[], "eu", ["eu", "us"], "any", undefined, true],
    [[], "eu", ["us"], "any", undefined, false],
    [[], "eu", undefined, "any", undefined, false],
    [[], "eu", [], "any", undefined, false],
    [[], undefined, undefined, "internal", "internal", true],
    [[], undefined, undefined, "internal", "external", false],
    [[], undefined, undefined, "external", undefined, false],
    [[], undefined, undefined, "any", "external", true],
  ] as const)("tenants %j, region %s in %j, route %s at %s: %s", (tenants, region, regions, requestRoute, route, holds) => {
    const asked = { tenant: "acme", ...(region === undefined ? {} : { region }) };
    const target = contract({
      access: { ...contract().access, tenants },
      privacy: { compliance: [], ...(regions === undefined ? {} : { regions }) },
      metadata: { tags: [], ...(route === undefined ? {} : { route }) },
    });
    expect(verifyAccessControl(asked, target, requestRoute).holds).toBe(holds);
  });
});
