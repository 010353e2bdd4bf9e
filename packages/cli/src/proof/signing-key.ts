import { existsSync } from "node:fs";

import { fromHex, sha256Hex } from "@caio/core";
import { generateSigningKey, SigningKey } from "@caio/traceability";

import { readText } from "../load/read-text.ts";
import { PRIVATE, writeNewFile } from "../load/write-file.ts";

const MAX_KEY_BYTES = 65_536;
/** PKCS#8 of an Ed25519 key before its 32 bytes (RFC 8410 §7). */
const PKCS8 = "302e020100300506032b657004220420";

/** A key that signs, and what a person should know of it. */
export interface KeyInUse {
  readonly key: SigningKey;
  readonly note?: string;
}

/** Where the signing key comes from: a file, or a number for a published one; neither: a fresh one that is not kept. */
export interface KeyChoice {
  readonly file?: string | undefined;
  readonly test?: number | undefined;
  /** False: a file that is not there is refused. */
  readonly mayMake: boolean;
}

/**
 * The key to sign with. A file that is not there is made, if it may be, with a fresh key, readable by its owner alone.
 *
 * @throws CaioError `InvalidProof` for a file that holds no Ed25519 private key, `NotFound` for one that cannot be read or made
 */
export async function signingKey({ file, test, mayMake }: KeyChoice): Promise<KeyInUse> {
  if (file !== undefined) return existsSync(file) || !mayMake ? { key: SigningKey.fromPem(await readText(file, "InvalidProof", MAX_KEY_BYTES)) } : await newKey(file);
  if (test === undefined) return { key: generateSigningKey(), note: "Signed with a key made for this alone, which is not kept. Keep one: --key FILE" };
  return { key: testSigningKey(test), note: "Signed with a published test key: anybody could have signed it." };
}

/** The published key of `--test-key N`: its secret is SHA-256("caio-test-signing/N"), so the bytes of what it signs repeat. */
export function testSigningKey(number: number): SigningKey {
  const der = Buffer.from(fromHex(`${PKCS8}${sha256Hex(`caio-test-signing/${String(number)}`)}`));
  return SigningKey.fromPem(`-----BEGIN PRIVATE KEY-----\n${der.toString("base64")}\n-----END PRIVATE KEY-----\n`);
}

async function newKey(file: string): Promise<KeyInUse> {
  const key = generateSigningKey();
  await writeNewFile(file, key.exportPem(), PRIVATE);
  return { key, note: `Made a new signing key: ${file} (mode 0600). Keep it secret, and keep it.` };
}
