import { localities, type Locality } from "@caio/contracts";

import type { Pair } from "./composition.ts";
import { meetEncryption } from "./encryption.ts";
import { longerRetention } from "./retention.ts";
import type { Rows } from "./rows/rows.ts";

/** The rows that are no numbers of chance. */
export type Flags = Pick<
  Rows,
  "deterministic" | "equivalence" | "encryption" | "compliance" | "locality" | "retention" | "requiredTrust"
>;

/** What holds wherever the request may travel: the worst of both parts. */
export function flagsOfPair(kind: Pair["kind"], first: Rows, second: Rows): Flags {
  const equivalent = first.equivalence !== null && first.equivalence === second.equivalence;
  const both = first.deterministic && second.deterministic;
  return {
    // Which alternative answers is chance, so their outputs must be declared the same.
    deterministic: kind === "fallback" ? both && equivalent : both,
    equivalence: kind === "fallback" && equivalent ? first.equivalence : null,
    encryption: meetEncryption(first.encryption, second.encryption),
    compliance: first.compliance.filter((flag) => second.compliance.includes(flag)),
    locality: worseLocality(first.locality, second.locality),
    retention: longerRetention(first.retention, second.retention),
    requiredTrust: Math.max(first.requiredTrust, second.requiredTrust),
  };
}

/** The flags among the rows. */
export function flagsOf(rows: Rows): Flags {
  const { deterministic, equivalence, encryption, compliance, locality, retention, requiredTrust } = rows;
  return { deterministic, equivalence, encryption, compliance, locality, retention, requiredTrust };
}

function worseLocality(first: Locality, second: Locality): Locality {
  return localities.indexOf(first) >= localities.indexOf(second) ? first : second;
}
