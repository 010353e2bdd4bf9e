/**
 * The bytes of a base64 text (RFC 4648 §4) with padding and without anything else, undefined for any other text: one value has
 * one text, so that a changed text is never read as the same bytes.
 */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  // Buffer passes over what is not base64 and says nothing.
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

/** Base64 of bytes (RFC 4648 §4), padded. */
export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
