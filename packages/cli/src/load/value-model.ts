import { parseValueModel } from "@caio/contracts";
import { ValueEstimator } from "@caio/control";
import { CaioError, isCaioError } from "@caio/core";

import { readText } from "./read-text.ts";

const MAX_BYTES = 134_217_728;

/** A value model as `caio learn` writes it, ready to be asked. @throws CaioError `NotFound`, `InvalidHistory` */
export async function readValueModel(file: string): Promise<ValueEstimator> {
  const text = await readText(file, "InvalidHistory", MAX_BYTES);
  try {
    return new ValueEstimator(parseValueModel(JSON.parse(text)));
  } catch (error) {
    if (!isCaioError(error) && !(error instanceof SyntaxError)) throw error;
    const found = isCaioError(error) ? error.message : "Found no JSON, expected a value model.";
    throw new CaioError("InvalidHistory", `${file}: ${found} Make one: caio learn --help`, { details: { file }, cause: error });
  }
}
