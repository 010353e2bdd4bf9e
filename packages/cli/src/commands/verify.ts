import { CaioError } from "@caio/core";
import type { Report } from "@caio/verifier";

import { readBundleBytes, readPublicKeys } from "../bundle/read-bundle-file.ts";
import { isUnreadable } from "../bundle/unreadable.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { readText } from "../load/read-text.ts";
import { styleOf } from "../present/style.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { reportText, restText } from "../present/report.ts";
import { bundleStated } from "../recompute/bundle-parts.ts";
import { recomputeReport, type RecomputeFiles } from "../recompute/recompute-report.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

const MAX_KEY_BYTES = 65_536;
/** What a decision is worth whose key everybody knows, whether or not the bundle is valid. */
const TEST_LINE = "Test: the decision was made under a published test key; anybody could have made it.\n";

export interface VerifyBundleOptions extends JsonOption, RecomputeFiles {
  readonly file: string;
  readonly key: string;
  /** Every check, and not only what failed or could not be made; what is attested is recomputed from the files given. */
  readonly full?: boolean | undefined;
  /** Files with keys of witnesses, one a line, who may have cosigned the checkpoint. */
  readonly witness?: readonly string[] | undefined;
}

/** `caio verify FILE --key FILE.pub`: what the verifier finds; with `--full`, also what the world file and the token show. */
export const verify: RunCommand<VerifyBundleOptions> = async ({ file, key, full, json, witness = [], ...files }, { terminal }) => {
  requireFull(files, full === true);
  const publicKey = await readPublicKeys(key);
  const witnesses = await readWitnessKeys(witness);
  const bundle = await readBundleBytes(file);
  const report = await recomputeReport(bundle, { publicKey, witnesses }, files);
  const test = bundleStated(bundle)?.certificate["testKey"] === true;
  if (json === true) terminal.write(prettyJson({ ...report, test }));
  else terminal.write(reportText(report, styleOf(terminal), full === true) + (test ? TEST_LINE : "") + (full === true ? restText(report, files) : ""));
  return codeOf(report);
};

async function readWitnessKeys(files: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(files.map((file) => readText(file, "InvalidProof", MAX_KEY_BYTES)));
  return texts.flatMap((text) => text.split("\n").map((line) => line.trim()).filter((line) => line !== ""));
}

/** @throws CaioError `InvalidRequest` */
function requireFull({ world, token, jwks }: RecomputeFiles, full: boolean): void {
  if (full || (world ?? token ?? jwks) === undefined) return;
  throw new CaioError("InvalidRequest", "Found --world, --token or --jwks without --full. Add --full: only then is anything recomputed.");
}

/** What is no bundle, or of a version that is not known, cannot be checked, unless something else is wrong already. */
function codeOf(report: Report): ExitCode {
  if (report.valid) return exitCodes.ok;
  const wrong = report.checks.some(({ verdict }) => verdict === "fail") && !isUnreadable(report);
  return wrong ? exitCodes.problems : exitCodes.unusable;
}
