import { digest, type Digest } from "@caio/core";

import type { ServiceContract } from "../service-contract.ts";
import { toWire } from "../wire.ts";

/** SHA-256 of the canonical JSON of the normalised form: key order, comments, spelling and short forms do not change it. */
export function contractDigest(contract: ServiceContract): Digest {
  return digest(toWire(contract));
}
