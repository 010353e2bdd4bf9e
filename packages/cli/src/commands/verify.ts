import { verifyBundle, type Report } from "@caio/verifier";

import { readBundleBytes, readPublicKey } from "../bundle/read-bundle-file.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { paletteOf } from "../present/palette.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { reportText } from "../present/report.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

export interface VerifyBundleOptions extends JsonOption {
  readonly file: string;
  readonly key: string;
  /** Every check, and not only what failed or could not be made. */
  readonly full?: boolean | undefined;
}

/** `caio verify FILE --key FILE.pub`: what the verifier finds, and nothing that the router would say. */
export const verify: RunCommand<VerifyBundleOptions> = async ({ file, key, full, json }, { terminal }) => {
  const publicKey = await readPublicKey(key);
  const report = await verifyBundle(await readBundleBytes(file), { publicKey });
  terminal.write(json === true ? prettyJson(report) : reportText(report, paletteOf(terminal), full === true));
  return codeOf(report);
};

/** A version that is not known cannot be checked, unless something else is wrong already. */
function codeOf({ valid, checks }: Report): ExitCode {
  if (valid) return exitCodes.ok;
  return checks.some(({ verdict }) => verdict === "fail") ? exitCodes.problems : exitCodes.unusable;
}
