import { CaioError } from "@caio/core";
import { publicKeyOf } from "@caio/verifier";

import { readBytes } from "../load/read-text.ts";

/** No verifier reads a longer one. */
const MAX_BUNDLE_BYTES = 33_554_432;
const MAX_KEY_BYTES = 65_536;

/** The bytes of a bundle's file, unread. @throws CaioError `NotFound`, `InvalidProof` for what is no file or longer than 32 MiB */
export async function readBundleBytes(file: string): Promise<Uint8Array> {
  return await readBytes(file, "InvalidProof", MAX_BUNDLE_BYTES);
}

/**
 * The public keys of a file as the verifier takes them: one in any form, or verifier keys, one a line, as a deployment of several instances has
 * them. @throws CaioError as `readPublicKey`
 */
export async function readPublicKeys(file: string): Promise<readonly Uint8Array[]> {
  const known = verifierKeys(Buffer.from(await readBytes(file, "InvalidProof", MAX_KEY_BYTES)).toString("utf8"));
  return known.length > 1 ? known : [await readPublicKey(file)];
}

/** The verifier keys of a text, one a line; none if any line is none. */
export function verifierKeys(text: string): readonly Uint8Array[] {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const keys = lines.every((line) => /^[^+\s]+\+[0-9a-f]{8}\+/.test(line)) ? lines.map((line) => publicKeyOf(line)) : [];
  const known = keys.filter((key) => key !== undefined);
  return known.length === keys.length ? known : [];
}

/** A public key as the verifier takes it. @throws CaioError `NotFound`, `InvalidProof` for what is no Ed25519 public key */
export async function readPublicKey(file: string): Promise<Uint8Array> {
  const bytes = await readBytes(file, "InvalidProof", MAX_KEY_BYTES);
  const key = publicKeyOf(Buffer.from(bytes).toString("utf8")) ?? publicKeyOf(bytes);
  if (key !== undefined) return key;
  const message = `${file}: found no Ed25519 public key, expected the .pub file beside a bundle, PEM, hex or base64.`;
  throw new CaioError("InvalidProof", message, { details: { file } });
}
