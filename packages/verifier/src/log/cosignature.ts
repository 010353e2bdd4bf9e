import { concat, equalBytes, fromBase64, toHex, utf8 } from "../bytes/bytes.ts";
import { webCrypto, type CryptoPort } from "../bytes/crypto-port.ts";
import { sha256 } from "../bytes/sha256.ts";
import { signatureHolds } from "./checkpoint.ts";

/** Type byte of keys that cosign (C2SP tlog-cosignature, Ed25519). */
const TYPE = 4;
/** Key id, time, signature. */
const LENGTH = 4 + 8 + 64;

/** A witness by the text form of its key, `name+key id+base64(0x04 ‖ key)`, and what it says of a checkpoint. */
export interface WitnessReading {
  /** Of the key; what was given where that is no key. */
  readonly witness: string;
  /** Seconds since 1970-01-01T00:00:00Z, of its latest cosignature that holds. */
  readonly time?: number;
  /** Why it does not vouch for the checkpoint. */
  readonly problem?: string;
  /** It may, but its line is not there: nothing is wrong, and nothing is shown. */
  readonly absent?: true;
}

/** What a witness says of a checkpoint, which has been read already: whether it has seen it as the largest consistent head, and when. */
export async function verifyCosignature(note: string, witnessKey: string, port: CryptoPort = webCrypto): Promise<WitnessReading> {
  const [, name = "", id = "", text = ""] = /^([^+\s]{1,256})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,64})$/.exec(witnessKey.trim()) ?? [];
  const typed = fromBase64(text);
  const keyId = typed === undefined ? undefined : sha256(utf8(`${name}\n`), typed).subarray(0, 4);
  if (typed?.length !== 33 || typed[0] !== TYPE || keyId === undefined || toHex(keyId) !== id) {
    return { witness: name === "" ? witnessKey.slice(0, 64) : name, problem: "the witness key is no name+key id+base64(0x04 ‖ Ed25519 key)" };
  }
  const end = note.lastIndexOf("\n\n");
  const lines = note.slice(end + 2).trimEnd().split("\n").map((line) => ({ signer: line.split(" ")[1], bytes: fromBase64(line.split(" ")[2] ?? "") }));
  const own = lines.flatMap(({ signer, bytes }) => (bytes !== undefined && signer === name && equalBytes(bytes.subarray(0, 4), keyId) ? [bytes] : []));
  if (own.length === 0) return { witness: name, absent: true };
  let latest = 0;
  for (const bytes of own) {
    const seconds = bytes.length === LENGTH ? secondsOf(bytes.subarray(4, 12)) : undefined;
    const message = concat([utf8(`cosignature/v1\ntime ${String(seconds ?? 0)}\n`), utf8(note.slice(0, end + 1))]);
    if (seconds === undefined || !(await signatureHolds(port, typed.subarray(1), message, bytes.subarray(12)))) return { witness: name, problem: "its cosignature does not hold" };
    latest = Math.max(latest, seconds);
  }
  return { witness: name, time: latest };
}

/** Undefined past 2^53 − 1. */
function secondsOf(bytes: Uint8Array): number | undefined {
  const seconds = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}
