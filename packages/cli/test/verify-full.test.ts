import { generateKeyPairSync, sign } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { fromWorldFile, toWorldFile, type DecisionWorld } from "@caio/orchestrator";
import { TokenAuthenticator } from "@caio/security";
import type { Report } from "@caio/verifier";
import { describe, expect, it } from "vitest";

import { proveDecision } from "../src/proof/prove-decision.ts";
import { kept, type Kept } from "./support/decisions.ts";
import { caio, json, type CommandRun } from "./support/run-command.ts";

const NOW = 1_764_000_000_000;

async function worldOf({ world }: Kept): Promise<DecisionWorld> {
  return fromWorldFile(await readFile(world, "utf8"));
}

/** A bundle of another world with everything logged and signed anew, as an operator could, and that world's file. */
async function proveAgain(files: Kept, { request, inputs }: DecisionWorld, options: { readonly disclose?: readonly string[]; readonly withhold?: readonly string[] } = {}): Promise<Kept> {
  const [bundle, world] = [join(files.folder, "other.caio.json"), join(files.folder, "other.world.json")];
  await proveDecision({ request, inputs }, { bundle, world, testKey: 7, ...options });
  return { ...files, bundle, world, key: `${bundle}.pub` };
}

/** The same decision with another intent field, which no bundle commits to. */
function withOtherField(world: DecisionWorld): DecisionWorld {
  const { request } = world;
  const intent = request.fields.intent.map((part, at) => (at === 3 ? part + 20_000 : part));
  return { ...world, request: { ...request, fields: { ...request.fields, intent } } };
}

async function full({ bundle, key }: Kept, ...more: readonly string[]): Promise<CommandRun & { readonly report: Report }> {
  const run = await caio("verify", bundle, "--key", key, "--full", "--json", ...more);
  return { ...run, report: json(run.out) as Report };
}

function notProved({ checks }: Report): readonly string[] {
  return checks.filter(({ standing }) => standing !== "proved").map(({ name }) => name);
}

function check({ checks }: Report, name: string): Report["checks"][number] | undefined {
  return checks.find((each) => each.name === name);
}

describe("verify --full --world", () => {
  it.each(["plain", "legal-text", "personal-data", "no-such-service", "unauthenticated"])("proves what the bundle of %s can only attest, the token aside", async (name) => {
    const files = await kept(name);
    const before = await full(files);
    expect(before.report.conclusion).toBe("attested");
    const { code, report } = await full(files, "--world", files.world);
    expect({ code, rest: notProved(report) }).toEqual({ code: 0, rest: ["attested.authentication", "lineage.order"] });
    expect(check(report, "recomputation.certificate")).toEqual({ name: "recomputation.certificate", verdict: "pass", standing: "proved", detail: "byte for byte by recomputation with the world file" });
    expect(check(report, "attested.fields")).toMatchObject({ standing: "proved", detail: "by recomputation with the world file" });
    expect(report.checks).toHaveLength(before.report.checks.length + 1);
  });

  it("proves what the bundle withholds", async () => {
    const honest = await kept("plain");
    const files = await proveAgain(honest, await worldOf(honest), { withhold: ["requirements.guarantees", "limits.budget_micros", "principal.trust"] });
    expect((await full(files)).report.conclusion).toBe("withheld");
    expect(notProved((await full(files, "--world", files.world)).report)).toEqual(["attested.authentication", "lineage.order"]);
  });

  it("refutes a feature that was changed and signed anew, which passes without the world", async () => {
    const honest = await kept("plain");
    const files = await proveAgain(honest, withOtherField(await worldOf(honest)));
    expect(await caio("verify", files.bundle, "--key", files.key)).toMatchObject({ code: 0 });
    const { code, report } = await full(files, "--world", honest.world);
    expect(code).toBe(1);
    expect(check(report, "features.lid-fasttext")).toMatchObject({ verdict: "fail", detail: expect.stringMatching(/^intent is -?\d+, recomputed -?\d+$/) as string });
    expect(check(report, "recomputation.certificate")).toMatchObject({ verdict: "fail", detail: expect.stringMatching(/^first at \/fields\/energyMicros: the bundle has \d+, the replay \d+$/) as string });
    expect(check(report, "attested.identity")).toMatchObject({ verdict: "pass", standing: "proved" });
    const words = (await caio("verify", files.bundle, "--key", files.key, "--full", "--world", honest.world)).out;
    expect(words).toMatch(/features\.lid-fasttext\s+FAIL/);
    expect(words).toContain("Invalid: ");
  });

  it("does not take the world file's word for a field that the encoder does not give", async () => {
    const honest = await kept("plain");
    const files = await proveAgain(honest, withOtherField(await worldOf(honest)));
    const { code, report } = await full(files, "--world", files.world);
    expect(code).toBe(0);
    const rest = notProved(report);
    expect(rest).toEqual(expect.arrayContaining(["attested.fields", "features.lid-fasttext", "control.signal"]));
    expect(check(report, "attested.fields")?.detail).toContain("from a field that MAIA or another encoder gave");
    expect(check(report, "recomputation.certificate")).toMatchObject({ verdict: "pass" });
  });

  it("does not take the world file's word for labels that the detectors do not find", async () => {
    const honest = await kept("plain");
    const world = await worldOf(honest);
    const files = await proveAgain(honest, { ...world, request: { ...world.request, detected: [{ label: "email", count: 1 }] } });
    const { code, report } = await full(files, "--world", files.world);
    expect(code).toBe(0);
    expect(notProved(report)).toContain("request.labels");
  });

  it("refutes a bundle by the world of another decision, and says that it is another", async () => {
    const [one, other] = [await kept("plain"), await kept("less-cost")];
    const { code, report } = await full(one, "--world", other.world);
    expect(code).toBe(1);
    expect(check(report, "recomputation.certificate")?.verdict).toBe("fail");
  });

  it("names what stays attested, and which file would prove it", async () => {
    const files = await kept("plain");
    const { out } = await caio("verify", files.bundle, "--key", files.key, "--full");
    expect(out).toContain("Still the router's word: attested.identity, ");
    expect(out).toContain("--world FILE recomputes features");
    const after = (await caio("verify", files.bundle, "--key", files.key, "--full", "--world", files.world)).out;
    expect(after).toContain("Still the router's word: attested.authentication, lineage.order.\n");
    expect(after).not.toContain("--world FILE");
    expect(after).toContain("--token FILE --jwks FILE");
  });

  it("hides no failure of the bundle itself", async () => {
    const files = await kept("plain");
    await writeFile(files.bundle, (await readFile(files.bundle, "utf8")).replace(/"sig":"(.)/, (_, first: string) => `"sig":"${first === "A" ? "B" : "A"}`));
    const { code, report } = await full(files, "--world", files.world);
    expect(code).toBe(1);
    expect(check(report, "envelope.signature")?.verdict).toBe("fail");
    await writeFile(files.bundle, "{}");
    expect((await full(files, "--world", files.world)).code).toBe(2);
  });

  it.each([["cut", "{"], ["nested", "[".repeat(100_000)], ["of another kind", '{"caio_request":1}']])("cannot use a world that is %s, exit 2", async (_, text) => {
    const files = await kept("plain");
    await writeFile(files.world, text);
    expect(await caio("verify", files.bundle, "--key", files.key, "--full", "--world", files.world)).toMatchObject({ code: 2, out: "" });
  });
});

describe("verify --full --token --jwks", () => {
  const issuer = issuerOf("k-1");

  it("proves the token's signature, its times, its key and whose it is", async () => {
    const files = await bundleFor(issuer);
    const { code, report } = await full(files, "--world", files.world, ...files.evidence);
    expect(code).toBe(0);
    expect(check(report, "attested.authentication")).toMatchObject({ standing: "proved", detail: "the token's signature holds under the issuer's keys" });
    expect(notProved(report)).toEqual(["lineage.order"]);
  });

  it("says what it could not compare without the world", async () => {
    const files = await bundleFor(issuer);
    expect(check((await full(files, ...files.evidence)).report, "attested.authentication")).toMatchObject({ standing: "proved", detail: expect.stringContaining("not compared: subject") as string });
  });

  it("allows for the difference of clocks that the door allowed for", async () => {
    const files = await bundleFor(issuer, { tolerance: 60 });
    expect(check((await full(files, ...files.evidence)).report, "attested.authentication")).toMatchObject({ standing: "proved", detail: expect.stringContaining("60 s") as string });
  });

  it.each([
    ["exp", { exp: 1_764_000_900 }, /^exp is not/],
    ["nbf", { nbf: 1_763_999_001 }, /^nbf is not/],
    ["no nbf", { nbf: undefined }, /^nbf is not/],
    ["subject", { sub: "someone-else" }, /another subject/],
    ["issuer", { iss: "https://other.example" }, /another issuer/],
  ] as const)("refutes a token with another %s", async (_, claims, problem) => {
    const files = await bundleFor(issuer);
    await writeFile(join(files.folder, "token"), issuer.token(claims));
    const { code, report } = await full(files, "--world", files.world, ...files.evidence);
    expect(code).toBe(1);
    expect(check(report, "attested.authentication")).toMatchObject({ verdict: "fail", detail: expect.stringMatching(problem) as string });
  });

  it("refutes a token with another kid, one that another issuer signed, and one that is cut", async () => {
    const files = await bundleFor(issuer);
    const [other, forger] = [issuerOf("k-2"), issuerOf("k-1")];
    for (const [token, keys] of [[other.token({}), other.keys], [forger.token({}), issuer.keys], [issuer.token({}).slice(0, -20), issuer.keys], ["x", issuer.keys]] as const) {
      await writeFile(join(files.folder, "token"), token);
      await writeFile(join(files.folder, "jwks.json"), JSON.stringify(keys));
      expect((await full(files, ...files.evidence)).code).toBe(1);
    }
  });

  it("never shows the token or its claims", async () => {
    const files = await bundleFor(issuer);
    const told = [await caio("verify", files.bundle, "--key", files.key, "--full", ...files.evidence)];
    for (const claims of [{ sub: "S3CR3T-person" }, { exp: 1_764_000_901 }, { aud: "S3CR3T-door" }]) {
      await writeFile(join(files.folder, "token"), issuer.token({ email: "S3CR3T@a.example", ...claims }));
      told.push(await caio("verify", files.bundle, "--key", files.key, "--full", ...files.evidence), await caio("verify", files.bundle, "--key", files.key, "--full", "--json", ...files.evidence));
    }
    const token = await readFile(join(files.folder, "token"), "utf8");
    for (const { out, err } of told) {
      expect(out + err).not.toMatch(/S3CR3T|1764000901/);
      for (const part of token.split(".")) expect(out + err).not.toContain(part);
    }
  });

  it("leaves a caller attested who showed no token", async () => {
    const files = await kept("plain");
    const evidence = await evidenceIn(files.folder, issuer, issuer.token({}));
    const { code, report } = await full(files, ...evidence);
    expect(code).toBe(0);
    expect(check(report, "attested.authentication")).toMatchObject({ standing: "attested", detail: "the caller was recognised by local, not by a token" });
  });

  it("cannot use one file without the other, private keys, or any of them without --full: exit 2", async () => {
    const files = await bundleFor(issuer);
    const [, token = "", , jwks = ""] = files.evidence;
    const secret = join(files.folder, "secret.json");
    await writeFile(secret, JSON.stringify({ keys: [{ ...issuer.keys.keys[0], d: "S3CR3T" }] }));
    for (const args of [["--full", "--token", token], ["--full", "--jwks", jwks], ["--full", "--token", token, "--jwks", secret], ["--full", "--token", token, "--jwks", token], ["--full", "--token", `${token}.none`, "--jwks", jwks], ["--world", files.world], files.evidence]) {
      const { code, out, err } = await caio("verify", files.bundle, "--key", files.key, ...args);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).not.toContain("S3CR3T");
    }
  });

  interface Issuer {
    readonly keys: { readonly keys: readonly [Readonly<Record<string, string>>] };
    readonly token: (claims: Readonly<Record<string, unknown>>) => string;
  }

  function issuerOf(kid: string): Issuer {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    return {
      keys: { keys: [{ kty: "EC", crv: "P-256", x, y, kid, alg: "ES256", use: "sig" }] },
      token: (claims) => {
        const signed = `${part({ alg: "ES256", kid })}.${part({ iss: "https://issuer.example", aud: "door", sub: "ada", exp: 1_764_000_300, nbf: 1_763_999_000, tenant: "house", permissions: ["identify"], trust: 5, region: "eu", ...claims })}`;
        return `${signed}.${sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
      },
    };
  }

  async function evidenceIn(folder: string, { keys }: Issuer, token: string): Promise<readonly string[]> {
    const [file, jwks] = [join(folder, "token"), join(folder, "jwks.json")];
    await writeFile(file, `${token}\n`);
    await writeFile(jwks, JSON.stringify(keys));
    return ["--token", file, "--jwks", jwks];
  }

  /** The decision of a caller who showed a token to a door. */
  async function bundleFor(of: Issuer, { tolerance = 0 } = {}): Promise<Kept & { readonly evidence: readonly string[] }> {
    const honest = await kept("plain");
    const token = of.token({});
    const door = new TokenAuthenticator({ issuer: "https://issuer.example", audience: "door", keys: { keys: [...of.keys.keys] }, clockToleranceSeconds: tolerance });
    const { request, inputs } = await worldOf(honest);
    const principal = await door.authenticate(token, NOW);
    const files = await proveAgain(honest, { request: { ...request, principal: { ...request.principal, ...principal } }, inputs });
    return { ...files, evidence: await evidenceIn(files.folder, of, token) };
  }
});

it("the world of a test is that of its bundle", async () => {
  const files = await kept("plain");
  const { request, inputs } = await worldOf(files);
  expect(toWorldFile(request, inputs)).toBe(await readFile(files.world, "utf8"));
});
