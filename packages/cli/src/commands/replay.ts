import { CaioError } from "@caio/core";
import { compareReplay, parseBundle, replay as replayWorld, type ReplayComparison } from "@caio/orchestrator";
import { parseJson } from "@caio/verifier";

import { readBundleBytes } from "../bundle/read-bundle-file.ts";
import { readWorldText } from "../bundle/read-world-file.ts";
import { exitCodes } from "../exit-code.ts";
import { differenceText } from "../present/comparison.ts";
import { styleOf, type Style } from "../present/style.ts";
import { oneLine } from "../present/plain-text.ts";
import { prettyJson } from "../present/pretty-json.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

const NEXT = "If that is the world file of this bundle, the certificate does not follow from it; else give the one that caio route --world wrote with it.";

export interface ReplayOptions extends JsonOption {
  readonly file: string;
  readonly world: string;
}

/** `caio replay FILE --world FILE`: makes the decision of a world again and holds it against the bundle's, byte for byte. */
export const replay: RunCommand<ReplayOptions> = async ({ file, world, json }, { terminal }) => {
  const bundle = readEnvelope(await readBundleBytes(file), file);
  const comparison = compareReplay(bundle, replayWorld(await readWorldText(world)));
  const value = comparison.kind === "different" ? { ...comparison, made: comparison.made ?? null, replayed: comparison.replayed ?? null } : comparison;
  terminal.write(json === true ? prettyJson(value) : `${comparisonText(comparison, styleOf(terminal))}\n`);
  return comparison.kind === "identical" ? exitCodes.ok : exitCodes.problems;
};

/** @throws CaioError `InvalidProof` for what is no bundle, or one that is nested beyond all bundles */
function readEnvelope(bytes: Uint8Array, file: string): ReturnType<typeof parseBundle> {
  try {
    const text = Buffer.from(bytes).toString("utf8");
    // Refuses depth before anything recursive sees it.
    parseJson(text);
    const bundle = parseBundle(text);
    parseJson(Buffer.from(bundle.payload, "base64").toString("utf8"));
    return bundle;
  } catch (error) {
    throw error instanceof CaioError ? error : new CaioError("InvalidProof", `${file}: found no bundle, expected a *.caio.json file.`, { details: { file } });
  }
}

function comparisonText(comparison: ReplayComparison, style: Style): string {
  switch (comparison.kind) {
    case "identical":
      return style.green("Identical: the replay gives the certificate byte for byte. (Who signed it, caio verify says.)");
    case "other_version":
      return style.yellow(`Other version: made by ${oneLine(comparison.made)}, replayed by ${comparison.replayed}. A difference would say nothing: replay it with a caio of that version.`);
    case "different":
      return style.red(`Different: ${differenceText(comparison)}. ${NEXT}`);
  }
}
