import { CaioError } from "@caio/core";

import type { PublicKey } from "../signing/public-key.ts";
import type { SigningKey } from "../signing/signing-key.ts";
import { base64Of, bytesOfBase64 } from "../signing/strict-base64.ts";

/** One signature of an envelope; `keyid` is the hex of SHA-256 of the public key (certificate §2). */
export interface EnvelopeSignature {
  readonly keyid: string;
  /** Base64. */
  readonly sig: string;
}

/** A DSSE envelope: a payload of a type, with signatures over both. */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly EnvelopeSignature[];
}

/** What is signed: type and payload, each with its length, so that neither can be read as part of the other (DSSE, PAE). */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType);
  const head = `DSSEv1 ${String(type.length)} ${payloadType} ${String(payload.length)} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** The envelope of a payload, signed with each key. */
export function signEnvelope(payloadType: string, payload: Uint8Array, keys: readonly SigningKey[]): Envelope {
  const message = preAuthEncoding(payloadType, payload);
  const signatures = keys.map((key) => ({ keyid: key.publicKey.keyId, sig: base64Of(key.sign(message)) }));
  return { payloadType, payload: base64Of(payload), signatures };
}

/**
 * The payload of an envelope that one of the keys has signed. Signatures of other keys are passed over; one of a known key
 * that does not hold refuses the whole.
 *
 * @param payloadType - the type that is expected: a payload is never read as what it was not signed for
 * @throws CaioError `InvalidProof`
 */
export function openEnvelope(envelope: Envelope, payloadType: string, keys: readonly PublicKey[]): Uint8Array {
  if (envelope.payloadType !== payloadType) throw refuse(`payload type ${JSON.stringify(envelope.payloadType)}`, payloadType);
  const payload = bytesOfBase64(envelope.payload);
  if (payload === undefined) throw refuse("a payload that is no base64", "padded base64");
  const message = preAuthEncoding(payloadType, payload);
  let holds = false;
  for (const { keyid, sig } of envelope.signatures) {
    const key = keys.find(({ keyId }) => keyId === keyid);
    if (key === undefined) continue;
    const signature = bytesOfBase64(sig);
    if (signature === undefined || !key.verifies(message, signature)) {
      throw refuse(`a signature of key ${keyid} that does not hold`, "the signature of this payload");
    }
    holds = true;
  }
  if (!holds) throw refuse("no signature of a known key", "at least one");
  return payload;
}

function refuse(found: string, expected: string): CaioError<"InvalidProof"> {
  return new CaioError("InvalidProof", `Envelope: found ${found}, expected ${expected}.`, { details: { found, expected } });
}
