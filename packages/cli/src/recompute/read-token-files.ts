import { CaioError } from "@caio/core";
import { isObject } from "@caio/verifier";

import { readText } from "../load/read-text.ts";
import type { TokenEvidence } from "./token-findings.ts";

const MAX_TOKEN_BYTES = 20_000;
const MAX_KEYS_BYTES = 1_000_000;

/** A token and the keys of its issuer, which go together. */
export interface TokenFiles {
  readonly token?: string | undefined;
  readonly jwks?: string | undefined;
}

/** Both, or neither. @throws CaioError `InvalidRequest` for one alone, `NotFound` for what cannot be read, `InvalidToken`, `InvalidPolicy` for what is neither */
export async function readTokenEvidence({ token, jwks }: TokenFiles): Promise<TokenEvidence | undefined> {
  if (token === undefined && jwks === undefined) return undefined;
  if (token === undefined || jwks === undefined) {
    const [found, missing] = token === undefined ? ["--jwks", "--token FILE"] : ["--token", "--jwks FILE"];
    throw new CaioError("InvalidRequest", `Found ${found} alone, expected ${missing} as well: a signature is checked with the issuer's keys.`, { details: { found, expected: missing } });
  }
  return { token: (await readText(token, "InvalidToken", MAX_TOKEN_BYTES)).trim(), keys: keysOf(await readText(jwks, "InvalidPolicy", MAX_KEYS_BYTES), jwks) };
}

/** What the door takes as keys; whether they are keys, it checks itself. */
function keysOf(text: string, file: string): TokenEvidence["keys"] {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value as unknown as TokenEvidence["keys"];
  } catch {
    // Said below: what the file holds may be secret.
  }
  throw new CaioError("InvalidPolicy", `${file}: found no JSON object, expected the issuer's JSON Web Key Set.`, { details: { file } });
}
