import { sha256Hex, type Digest } from "@caio/core";

/** The published key of `--test-key N`: hex of SHA-256("caio-test-key/N") (formats). A decision made with it is marked as a test. */
export function testKeyOf(number: number): Digest {
  return sha256Hex(`caio-test-key/${String(number)}`);
}
