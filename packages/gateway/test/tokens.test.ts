import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CaioError, isCaioError } from "@caio/core";
import { ApiKeyAuthenticator, InMemoryKeyStore } from "@caio/security";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { authenticate } from "../src/door/authenticate.ts";
import { parseGatewayConfig, systemDoor, tokenDoorsOf, type TokenDoor } from "../src/index.ts";
import { guardedGet } from "../src/wiring/tokens/guarded-get.ts";
import { testGateway } from "./support/test-gateway.ts";

const now = 1_764_000_000_000;
let privateKey: CryptoKey;
let keySet: string;
let origin: string;
const server = createServer((request, response) => {
  if (request.url === "/moved") response.writeHead(302, { location: "/jwks" }).end();
  else response.end(request.url === "/large" ? `{"keys":[],"more":"${"x".repeat(300_000)}"}` : keySet);
});
beforeAll(async () => {
  const pair = await generateKeyPair("ES256");
  privateKey = pair.privateKey;
  keySet = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "ES256" }] });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));

const token = (more: object = {}): Promise<string> =>
  new SignJWT({ permissions: ["chat"], trust: 5, ...more })
    .setProtectedHeader({ alg: "ES256", kid: "k1" })
    .setSubject("alice").setIssuer("https://id.example").setAudience("caio").setExpirationTime(now / 1000 + 60)
    .sign(privateKey);

async function outcome(jwks: string, egress: string, more: { readonly bounds?: string; readonly claims?: object } = {}): Promise<unknown> {
  const config = parseGatewayConfig(`caio_gateway: 1\negress: ${egress}\ntokens: [{ issuer: "https://id.example", audience: caio, jwks: "${jwks}", default_tenant: acme${more.bounds ?? ""} }]\n`);
  const [door] = tokenDoorsOf(config, (path) => path);
  return await door?.authenticate(await token(more.claims), now).catch((error: unknown) => (isCaioError(error) ? error.code : error));
}

describe("tokens of configured issuers", () => {
  it("are accepted by a key set in a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "caio-jwks-"));
    await writeFile(join(folder, "jwks.json"), keySet);
    expect(await outcome(join(folder, "jwks.json"), "[]")).toMatchObject({ subject: "alice", tenant: "acme", permissions: ["chat"], evidence: { method: "jwt", keyId: "k1" } });
    expect(await outcome(join(folder, "none.json"), "[]")).toBe("ServiceUnavailable");
    await rm(folder, { recursive: true });
  });

  it("are accepted by a key set at an address, which is private only where the operator names it", async () => {
    expect(await outcome(`${origin}/jwks`, `["${origin}"]`)).toMatchObject({ subject: "alice" });
    expect(await outcome(`${origin}/jwks`, "[]")).toBe("ServiceUnavailable");
    const limits = { egress: [], timeoutMs: 20_000, maxBytes: 1000 };
    for (const address of ["https://127.0.0.1/jwks", "https://[::1]/jwks", "https://169.254.169.254/jwks", "https://localhost/jwks"]) {
      await expect(guardedGet(new URL(address), limits)).rejects.toThrow("not public");
    }
    await expect(guardedGet(new URL("http://id.example/jwks"), limits)).rejects.toThrow("Only https");
  });

  it("follow no redirect and read no flood", async () => {
    for (const path of ["moved", "large"]) expect(await outcome(`${origin}/${path}`, `["${origin}"]`)).toBe("ServiceUnavailable");
  });

  it("give no permission over the gateway but those that the operator lets their issuer give", async () => {
    const claims = { permissions: ["caio.admin", "caio.audit", "chat"], scope: "caio.approve caiophile" };
    const asked = async (bounds: string): Promise<unknown> => await outcome(`${origin}/jwks`, `["${origin}"]`, { bounds, claims });
    expect(await asked("")).toMatchObject({ permissions: ["caiophile", "chat"] });
    expect(await asked(", grants: [caio.audit]")).toMatchObject({ permissions: ["caio.audit", "caiophile", "chat"] });
    expect(() => parseGatewayConfig('caio_gateway: 1\ntokens: [{ issuer: a, audience: b, jwks: c, grants: [chat] }]\n')).toThrow("permission over the gateway");
  });

  it("speak for the tenants of their issuer alone", async () => {
    const asked = async (tenant: string): Promise<unknown> => await outcome(`${origin}/jwks`, `["${origin}"]`, { bounds: ", tenants: [acme, initech]", claims: { tenant } });
    expect(await Promise.all(["acme", "initech", "globex"].map(asked))).toEqual([expect.objectContaining({ tenant: "acme" }), expect.objectContaining({ tenant: "initech" }), "InvalidToken"]);
    expect(await outcome(`${origin}/jwks`, `["${origin}"]`, { claims: { tenant: "globex" } })).toMatchObject({ tenant: "globex" });
  });

  it("of several issuers are judged by the one that they name, and by nobody else", async () => {
    const asked: string[] = [];
    const door = (issuer: string, reason: string): TokenDoor => ({ issuer, authenticate: () => {
      asked.push(issuer);
      return Promise.reject(new CaioError("InvalidToken", reason, { details: { reason } }));
    } });
    const doors = [door("https://other.example", "other"), door("https://id.example", "first of its own"), door("https://id.example", "second of its own"), door("https://last.example", "last")];
    const refused = async (text: string, tokens: readonly TokenDoor[] = doors): Promise<unknown> => {
      asked.length = 0;
      const error: unknown = await authenticate(`Bearer ${text}`, { keys: new ApiKeyAuthenticator(new InMemoryKeyStore()), tokens }, now).catch((failure: unknown) => failure);
      return isCaioError(error) ? error.message : error;
    };
    expect([await refused(await token()), asked]).toEqual(["second of its own", ["https://id.example", "https://id.example"]]);
    // One of nobody here is refused as before, by all; and so is what is no token.
    expect([await refused(await token(), [door("https://a.example", "a"), door("https://b.example", "b")]), asked]).toEqual(["b", ["https://a.example", "https://b.example"]]);
    for (const text of ["no-token", "a.b.c", `${Buffer.from("{}").toString("base64url")}.${Buffer.from('{"iss":7}').toString("base64url")}.x`]) expect(await refused(text)).toBe("last");
    const config = parseGatewayConfig(`caio_gateway: 1\ntokens: [{ issuer: "https://id.example", audience: other, jwks: "${origin}/jwks" }, { issuer: "https://z.example", audience: caio, jwks: "${origin}/jwks" }]\negress: ["${origin}"]\n`);
    expect(await refused(await token(), tokenDoorsOf(config, (path) => path))).toMatch(/audience/i);
  });

  it("open no door of admins, whatever they claim", async () => {
    const config = `egress: ["${origin}"]\ntokens: [{ issuer: "https://id.example", audience: caio, jwks: "${origin}/jwks", default_tenant: acme }]\n`;
    const tokens = tokenDoorsOf(parseGatewayConfig(`caio_gateway: 1\n${config}`), (path) => path);
    const gateway = await testGateway({ ports: { tokens, door: { ...systemDoor, now: () => now } } });
    onTestFinished(() => gateway.close());
    const headers = { authorization: `Bearer ${await token({ permissions: ["caio.admin"] })}` };
    expect([(await gateway.app.inject({ url: "/api/v1/services", headers })).statusCode, (await gateway.app.inject({ url: "/api/v1/keys", headers })).statusCode]).toEqual([200, 403]);
  });
});
