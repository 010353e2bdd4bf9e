import type { ServiceContract } from "@caio/contracts";
import type { Service } from "@caio/sdk";
import { francAll } from "franc";

import { identifierService, type Identify } from "./identifier-service.ts";

const CODES: Readonly<Record<string, string>> = {
  dan: "da", deu: "de", eng: "en", spa: "es", fra: "fr", ita: "it", nld: "nl", pol: "pl", por: "pt", swe: "sv",
};

/** franc (trigrams, MIT), told to choose among the ten languages of its contract. Small, fast, and often wrong on short texts. */
export function francIdentifier(contract: ServiceContract): Service<Identify> {
  return identifierService(contract, () => {
    const only = Object.keys(CODES);
    return Promise.resolve((text) => {
      const [best] = francAll(text, { only, minLength: 1 });
      return { language: CODES[best?.[0] ?? ""] ?? null };
    });
  });
}
