import type { ServiceContract } from "@caio/contracts";
import type { Service } from "@caio/sdk";
import { detectAll } from "tinyld";

import { identifierService, iso6391, languages, type Identify } from "./identifier-service.ts";

/**
 * tinyld (n-grams and word lists, MIT). Version 1 chooses among all 62 languages that the library knows; version 2 of the
 * same service chooses among the ten of the contract and is right more often, which its second contract says.
 */
export function tinyldIdentifier(contract: ServiceContract): Service<Identify> {
  const options = contract.version.startsWith("1.") ? {} : { only: [...languages] };
  return identifierService(contract, () =>
    Promise.resolve((text) => {
      const [best] = detectAll(text, options);
      return best === undefined ? { language: null } : { language: iso6391(best.lang), score: best.accuracy };
    }),
  );
}
