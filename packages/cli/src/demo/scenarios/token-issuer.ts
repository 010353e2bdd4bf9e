import { generateKeyPairSync, sign } from "node:crypto";

import { TokenAuthenticator } from "@caio/security";

const ISSUER = "https://issuer.example";
const AUDIENCE = "caio-demo";

/** An issuer of tokens for the demo alone, and the door that trusts it. Its key lives as long as the scenario. */
export interface TokenIssuer {
  readonly door: TokenAuthenticator;
  /** A token of the caller "ada" that ends at this time, in seconds. */
  readonly tokenUntil: (exp: number) => string;
}

/** A new issuer with a P-256 key (ES256, RFC 7518 §3.4). */
export function tokenIssuer(): TokenIssuer {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const jwk = { kty: "EC", crv: "P-256", x, y, kid: "demo-1", alg: "ES256", use: "sig" };
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: "ada", tenant: "house", permissions: ["identify"], trust: 5, region: "eu" };
  return {
    door: new TokenAuthenticator({ issuer: ISSUER, audience: AUDIENCE, keys: { keys: [jwk] } }),
    tokenUntil: (exp) => {
      const signed = `${encoded({ alg: "ES256", kid: "demo-1", typ: "JWT" })}.${encoded({ ...claims, exp })}`;
      const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `${signed}.${signature.toString("base64url")}`;
    },
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
