import { concat, equalBytes, fromBase64, utf8 } from "../bytes/bytes.ts";
import { publicKeyOf, webCrypto, type CryptoPort } from "../bytes/crypto-port.ts";
import { sha256 } from "../bytes/sha256.ts";

/** The head of a log as a checkpoint states it. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export type CheckpointReading =
  | { readonly checkpoint: Checkpoint; readonly problem?: string }
  | { readonly checkpoint?: undefined; readonly problem: string };

/** Names hold no "+", no white space and no control character (wire-forms, words). */
const NAME = "[^+\\u0000-\\u0020\\u007f-\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]+";
const UNSIGNED = "the checkpoint is not signed with this key";
const NOTE = new RegExp(`^((${NAME})\\n(0|[1-9][0-9]{0,15})\\n([A-Za-z0-9+/]{43}=)\\n)\\n((?:— ${NAME} [A-Za-z0-9+/]+=*\\n)+)$`);

/**
 * Reads a C2SP tlog-checkpoint (a signed note of three lines) and checks the Ed25519 signature that the key made under the
 * origin's name. Signatures of other keys (witnesses) are passed over. The head is given even where the signature fails.
 */
export async function verifyCheckpoint(
  note: string,
  publicKey: string | Uint8Array,
  port: CryptoPort = webCrypto,
): Promise<CheckpointReading> {
  const key = publicKeyOf(publicKey);
  if (note.length > 16_384) return { problem: "the checkpoint is longer than 16384 units" };
  const parts = NOTE.exec(note);
  const [, text = "", origin = "", digits = "", base64 = "", signatures = ""] = parts ?? [];
  const root = fromBase64(base64);
  const size = Number(digits);
  if (parts === null || root?.length !== 32 || !Number.isSafeInteger(size)) {
    return { problem: "the checkpoint is no signed note of origin, size and root" };
  }
  const checkpoint = { origin, size, root };
  if (key === undefined) return { checkpoint, problem: "the public key is no Ed25519 key" };
  const keyId = sha256(utf8(`${origin}\n`), Uint8Array.of(1), key).subarray(0, 4);
  const lines = signatures.trimEnd().split("\n").map((line) => ({ name: line.split(" ")[1], bytes: fromBase64(line.split(" ")[2] ?? "") }));
  if (lines.some(({ bytes }) => bytes === undefined || bytes.length < 5)) return { checkpoint, problem: "a signature line of the checkpoint is malformed" };
  const ours = lines.flatMap(({ name, bytes }) => (bytes !== undefined && name === origin && equalBytes(bytes.subarray(0, 4), keyId) ? [bytes] : []));
  const [signature] = ours;
  if (signature === undefined) return { checkpoint, problem: UNSIGNED };
  if (ours.length > 1) return { checkpoint, problem: "the checkpoint is signed twice with this key" };
  const holds = signature.length === 68 && (await signatureHolds(port, key, utf8(text), signature.subarray(4)));
  return holds ? { checkpoint } : { checkpoint, problem: "the signature of the checkpoint does not hold" };
}

/**
 * As `verifyCheckpoint`, by several keys that the reader trusts alike: those of all instances of a deployment, or of a log over time. One of
 * them must have signed, and whatever one of them has signed must hold.
 */
export async function verifyCheckpointBy(note: string, keys: readonly (string | Uint8Array)[], port: CryptoPort = webCrypto): Promise<CheckpointReading> {
  const readings = await Promise.all(keys.map((key) => verifyCheckpoint(note, key, port)));
  const wrong = readings.find(({ problem }) => problem !== undefined && problem !== UNSIGNED);
  return wrong ?? readings.find(({ problem }) => problem === undefined) ?? readings[0] ?? { problem: UNSIGNED };
}

/** False also where the platform refuses the key or the signature. */
export async function signatureHolds(port: CryptoPort, key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  try {
    return await port.verifyEd25519(key, message, signature);
  } catch {
    return false;
  }
}

/** DSSE pre-authentication encoding. */
export function preAuthentication(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return concat([utf8(`DSSEv1 ${String(type.length)} `), type, utf8(` ${String(payload.length)} `), payload]);
}
