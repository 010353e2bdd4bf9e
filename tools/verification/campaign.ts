import { createPublicKey, verify } from "node:crypto";

import { verifyBundle, verifyCertificate, type CryptoPort, type Report } from "@caio/verifier";

import { Dice } from "../worlds/random/dice.ts";
import { replicaWorld } from "../worlds/replica-world.ts";
import { bundleOf, operatorKey, predicateOf, statementOf } from "./bundle-writer.ts";
import { claimMutant, type ClaimMutant, type Layer } from "./claim-mutant.ts";
import { committedKinds, type CommittedKind } from "./committed/committed.ts";
import { committedMutant, linkedDecision, type CommittedMutant, type LinkedDecision } from "./committed/committed-mutant.ts";
import { redecide } from "./committed/redecide.ts";
import { reasonFor } from "./survivors.ts";

/** What mutants are made of, in so many parts of a hundred. */
const SHARES: readonly (readonly [Layer | CommittedKind, number])[] = [
  ["certificate", 30], ["material", 4], ["entries", 5], ["predicate", 4], ["statement", 2], ["envelope", 2],
  ["contract", 18], ["encoding", 2], ["registry", 1], ["policy", 13], ["history", 7], ["request", 12],
];
/** Larger decisions are passed over: they add time and no kind of place. */
const MOST_PAIRS = 6;
const MOST_SERVICES = 9;
/** Of so many refused mutants of committed inputs, one is decided anew: it has to be false. */
const CONFIRM_EVERY = 10;

/** Why a mutant was not refused. `loose`: true or attested, but of inputs that the parsers would not let in. */
export type Standing = "attested" | "void" | "loose" | "withheld" | "unexplained";

/** A mutant that the verifier did not refuse, or a true one that it did refuse. */
export interface Survivor {
  readonly seed: number;
  /** The how-many-th mutant of its world. */
  readonly number: number;
  /** Pairs that the decision judged. */
  readonly pairs: number;
  /** The row of the table. */
  readonly group: string;
  readonly pattern: string;
  readonly change: string;
  /** How the report stands: `withheld` where a field went missing rather than false. */
  readonly conclusion: string;
  readonly standing: Standing | "wrongly refused";
  readonly detail: readonly string[];
}

export interface KindResult {
  mutants: number;
  refused: number;
  /** Refused mutants of committed inputs that were decided anew and found to be false, or in no exact form. */
  confirmed: number;
}

export interface CampaignResult {
  readonly kinds: Record<string, KindResult>;
  /** Refused by a check of this name, and by no other. */
  readonly aloneBy: Record<string, number>;
  readonly patterns: string[];
  readonly survivors: Survivor[];
}

const key = operatorKey();
const publicKey = createPublicKey(key.secret);
/** The platform's own check of signatures, synchronous: half the time of the web's. */
const port: CryptoPort = { verifyEd25519: (_key, message, signature) => Promise.resolve(verify(null, message, publicKey, signature)) };

/**
 * Takes valid bundles of random worlds, changes one field of each copy, has the operator write, log and sign it all again,
 * and asks the verifier. Claims of the certificate and of the bundle are changed alone; inputs (contracts, encodings, flags,
 * policies, leaves of H, the request) are committed to anew, so that nothing but the calculus can refuse what was decided of
 * the old ones. Places are drawn by pattern, so that long lists do not crowd out
 * single fields.
 */
export async function runCampaign(from: number, seeds: number, each: number): Promise<CampaignResult> {
  const result: CampaignResult = { kinds: {}, aloneBy: {}, patterns: [], survivors: [] };
  const patterns = new Set<string>();
  for (let seed = from; seed < from + seeds; seed++) {
    const linked = linkedDecision(replicaWorld(seed));
    if (linked.decision.verdicts.length <= MOST_PAIRS && linked.committed.services.length <= MOST_SERVICES) await mutateOne(linked, seed, each, result, patterns);
  }
  return { ...result, patterns: [...patterns].sort() };
}

async function mutateOne(linked: LinkedDecision, seed: number, each: number, result: CampaignResult, patterns: Set<string>): Promise<void> {
  const statement = statementOf(linked.material);
  const dice = new Dice(seed);
  const lots = SHARES.flatMap(([kind, share]) => Array.from({ length: share }, () => kind));
  for (let number = 0; number < each; number++) {
    const kind = dice.pick(lots);
    const committed = isCommittedKind(kind) ? committedMutant(linked, kind, dice) : undefined;
    const claim = isCommittedKind(kind) ? undefined : claimMutant(statement, kind, dice, key);
    const drawn = committed ?? claim;
    if (drawn === undefined) continue;
    const report = await reportOf(drawn);
    patterns.add(drawn.pattern);
    const group = groupOf(drawn.pattern);
    const row = (result.kinds[group] ??= { mutants: 0, refused: 0, confirmed: 0 });
    row.mutants++;
    const at = { seed, number, pairs: linked.decision.verdicts.length, group, pattern: drawn.pattern, change: drawn.change, conclusion: report.knownVersion ? report.conclusion : "unknown version" };
    if (!report.valid && report.knownVersion) {
      row.refused++;
      count(result.aloneBy, aloneOf(report));
      if (committed === undefined || number % CONFIRM_EVERY !== 0) continue;
      const { standing, loose } = redecide(committed.committed, linked.world, committed.material.certificate);
      if (standing === "false" || loose.length > 0) row.confirmed++;
      else result.survivors.push({ ...at, standing: "wrongly refused", detail: [...failedOf(report), standing].slice(0, 4) });
      continue;
    }
    result.survivors.push(committed === undefined ? explained(at) : redecided(at, committed, linked));
  }
}

/** A bundle is refused if the decision in it is; only what then stands is written, logged, signed and read whole. */
async function reportOf(drawn: ClaimMutant | CommittedMutant): Promise<Report> {
  if (drawn.material !== undefined) {
    const report = verifyCertificate(drawn.material);
    if (!report.valid && report.knownVersion) return report;
  }
  const bundle = "committed" in drawn ? bundleOf(predicateOf(statementOf(drawn.material), key), key) : drawn.bundle();
  return verifyBundle(bundle, { publicKey: key.publicKey, crypto: port });
}

type Unexplained = Omit<Survivor, "standing" | "detail">;

function explained(survivor: Unexplained): Survivor {
  const reason = reasonFor(survivor);
  return { ...survivor, standing: reason?.kind ?? "unexplained", detail: reason === undefined ? [] : [reason.reason] };
}

function redecided(survivor: Unexplained, { committed, material }: CommittedMutant, { world }: LinkedDecision): Survivor {
  const { standing, differences, loose } = redecide(committed, world, material.certificate);
  if (survivor.conclusion === "withheld" || standing === "false") return { ...survivor, standing: "unexplained", detail: [...differences, ...loose].slice(0, 4) };
  if (loose.length > 0) return { ...survivor, standing: "loose", detail: loose.slice(0, 2) };
  return { ...survivor, standing: standing === "true" ? "void" : "attested", detail: differences };
}

/** The rows of the table: trie proofs stand apart from what else a certificate claims. */
function groupOf(pattern: string): string {
  const [kind = ""] = pattern.split("/");
  if (kind === "certificate") return /^certificate\/(completeness\/prefixes|history\/\*\/proof)/.test(pattern) ? "trie proofs" : "claims";
  return kind === "predicate" && pattern.startsWith("predicate/log") ? "log proofs" : kind;
}

function failedOf({ checks }: Report): string[] {
  return checks.filter(({ verdict }) => verdict === "fail").map(({ name, detail }) => `${name}: ${(detail ?? "").slice(0, 200)}`);
}

function aloneOf({ checks }: Report): string | undefined {
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  return failed.length === 1 ? failed[0]?.name.split(".").slice(0, failed[0].name.startsWith("verdict") ? 1 : 2).join(".") : undefined;
}

function count(counts: Record<string, number>, name: string | undefined): void {
  if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
}

function isCommittedKind(kind: Layer | CommittedKind): kind is CommittedKind {
  return committedKinds.some((known) => known === kind);
}
