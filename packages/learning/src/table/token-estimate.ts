/** UTF-8 bytes that count as a token where nothing is counted: about right for English, too few for most other languages. */
const BYTES_A_TOKEN = 4;

/** Tokens of a text by its length in UTF-8 bytes, at least 1. An estimate: nothing that is promised may rest on it. */
export function estimatedTokens(text: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / BYTES_A_TOKEN));
}
