import type { ServiceContract } from "@caio/contracts";
import type { Service } from "@caio/sdk";

import { identifierService, iso6391, type Identify } from "./identifier-service.ts";

/**
 * eld (n-grams, Apache-2.0) with its small database: the most accurate of the four.
 *
 * It plays a hosted service. Its contract says `data_locality: external`, a price and a latency such as one over the
 * internet has, to show what privacy rules and budgets do with that. In truth it runs here, on loopback, like the others.
 */
export function eldIdentifier(contract: ServiceContract): Service<Identify> {
  return identifierService(contract, async () => {
    const { eld } = await import("eld/small");
    return (text) => {
      const { language, getScores } = eld.detect(text);
      const score = getScores()[language];
      return score === undefined ? { language: iso6391(language) } : { language: iso6391(language), score };
    };
  });
}
