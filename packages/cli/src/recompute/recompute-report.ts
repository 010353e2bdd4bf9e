import { fromWorldFile } from "@caio/orchestrator";
import { verifyBundle, type Report } from "@caio/verifier";

import { readWorldText } from "../bundle/read-world-file.ts";
import { bundleStated, member, type BundleStated } from "./bundle-parts.ts";
import { withFindings, type Finding } from "./finding.ts";
import { readTokenEvidence, type TokenFiles } from "./read-token-files.ts";
import { tokenFinding } from "./token-findings.ts";
import { worldFindings } from "./world-findings.ts";

/** Files from which is recomputed what a bundle alone only attests; what is not given stays attested. */
export interface RecomputeFiles extends TokenFiles {
  readonly world?: string | undefined;
}

/** Keys that the person trusts: the operator's, and those of witnesses. */
export interface TrustedKeys {
  readonly publicKey: Uint8Array | readonly Uint8Array[];
  readonly witnesses: readonly string[];
}

/**
 * The verifier's report of a bundle, with what the files given prove or refute of it. A bundle that cannot be read, or of a
 * version that is not known, is reported as without them.
 *
 * @throws CaioError for a file that cannot be used
 */
export async function recomputeReport(bundle: Uint8Array, { publicKey, witnesses }: TrustedKeys, files: RecomputeFiles): Promise<Report> {
  const report = await verifyBundle(bundle, { publicKey, witnesses });
  const world = files.world === undefined ? undefined : fromWorldFile(await readWorldText(files.world));
  const evidence = await readTokenEvidence(files);
  const stated = bundleStated(bundle);
  if (stated === undefined || !report.knownVersion) return report;
  const ofWorld = world === undefined ? [] : await worldFindings(world, { bundle, stated, report });
  const ofToken: readonly Finding[] = evidence === undefined ? [] : [await tokenFinding(evidence, stated, world?.request.principal ?? openedCaller(stated))];
  return withFindings(report, [...ofWorld, ...ofToken]);
}

/** Who the bundle says the caller is; the verifier holds what it opens against its commitments. */
function openedCaller({ predicate }: BundleStated): { readonly subject?: string; readonly issuer?: string } {
  const [subject, issuer] = ["principal.subject", "principal.issuer"].map((path) => member(predicate, "disclosed", path, "value"));
  return { ...(typeof subject === "string" ? { subject } : {}), ...(typeof issuer === "string" ? { issuer } : {}) };
}
