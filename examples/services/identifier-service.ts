import type { ServiceContract } from "@caio/contracts";
import { CaioError, type JsonValue } from "@caio/core";
import { defineService, type Service } from "@caio/sdk";

/** What an identifier finds: an ISO 639-1 code, or null where it will not say; its own score, if it has one. */
interface Identification {
  readonly language: string | null;
  readonly score?: number;
}

export type Identify = (text: string) => Identification | Promise<Identification>;

/** The languages that the labelled set of the examples is in, and that every contract here names. */
export const languages = ["da", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "sv"] as const;

/** A language identifier as a service: `{ text }` in, `{ language, score? }` out. */
export function identifierService(contract: ServiceContract, load: () => Promise<Identify>): Service<Identify> {
  return defineService({
    contract,
    initialize: async () => {
      const identify = await load();
      // The first call of some libraries is the slow one; it happens before anybody waits for it.
      await identify("This sentence warms the identifier up.");
      return identify;
    },
    execute: async (payload, { state: identify }) => {
      const { language, score } = await identify(textOf(payload));
      return score === undefined ? { language } : { language, score };
    },
  });
}

/** `text` of the payload, on one line. */
function textOf(payload: JsonValue): string {
  const text = typeof payload === "object" && payload !== null && "text" in payload ? payload["text"] : undefined;
  if (typeof text !== "string" || text.trim() === "") {
    throw new CaioError("InvalidRequest", 'Expected {"text": "…"} with some text in it.');
  }
  return text.replace(/\s+/g, " ");
}

/** The code if it is one of ISO 639-1, else null: `no` for the Norwegian written forms. */
export function iso6391(code: string | null): string | null {
  if (code === null || !/^[a-z]{2}$/.test(code)) return null;
  return code === "nb" || code === "nn" ? "no" : code;
}
