import type { ServiceContract } from "@caio/contracts";
import type { Service } from "@caio/sdk";
import { getLIDModel } from "fasttext.wasm.js";

import { identifierService, iso6391, type Identify } from "./identifier-service.ts";

/** fastText's lid.176 (compressed, inside the package; nothing is downloaded) in WebAssembly: 176 languages, MIT wrapper. */
export function fasttextIdentifier(contract: ServiceContract): Service<Identify> {
  return identifierService(contract, async () => {
    const model = await getLIDModel();
    await model.load();
    return async (text) => {
      const { alpha2, possibility } = await model.identify(text);
      return { language: iso6391(alpha2), score: possibility };
    };
  });
}
