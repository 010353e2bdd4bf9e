import { z } from "zod";

import type { Principal } from "../../principal.ts";
import { trustLevel } from "../contract/terms.ts";
import { decimal, integer } from "../decimal.ts";
import { id, patterned, setOf, word } from "../encodings.ts";
import { mapping } from "../mapping.ts";

/** Subjects and issuers: printable text, as identity providers give it. */
export const identity: z.ZodString = patterned(/^[^\p{C}]{1,256}$/u, "printable text, at most 256 long");
export const evidenceMethods = ["jwt", "api_key", "local"] as const;

const trait = decimal({ digits: 6, rounding: "half-even", min: 0, max: 1_000_000, expected: "a trait from 0 to 1" });

const traits = mapping({ conservative: trait, confidential: trait, risk: trait }).transform((raw) => ({
  conservativeMicros: raw.conservative,
  confidentialMicros: raw.confidential,
  riskMicros: raw.risk,
}));

const evidence = mapping({
  method: z.enum(evidenceMethods),
  key_id: word.exactOptional(),
  alg: word.exactOptional(),
  exp: integer(0).exactOptional(),
  nbf: integer(0).exactOptional(),
}).transform(({ key_id: keyId, ...rest }) => ({ ...rest, ...(keyId === undefined ? {} : { keyId }) }));

/** A principal file, for the command line alone (formats). Unsaid: no permissions, trust 0, local evidence. */
export const principalDocument: z.ZodType<Principal> = mapping({
  subject: identity,
  issuer: identity,
  tenant: id,
  permissions: setOf(word).exactOptional(),
  trust: trustLevel.exactOptional(),
  region: word.exactOptional(),
  traits: traits.exactOptional(),
  evidence: evidence.exactOptional(),
}).transform(
  (raw): Principal => ({
    subject: raw.subject,
    issuer: raw.issuer,
    tenant: raw.tenant,
    permissions: raw.permissions ?? [],
    trust: raw.trust ?? 0,
    ...(raw.region === undefined ? {} : { region: raw.region }),
    ...(raw.traits === undefined ? {} : { traits: raw.traits }),
    evidence: raw.evidence ?? { method: "local" },
  }),
);
