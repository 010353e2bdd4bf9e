import type { ServiceContract } from "@caio/contracts";
import { CaioError, type JsonValue } from "@caio/core";
import { defineService, type Service } from "@caio/sdk";
import { francAll } from "franc";

const languages: Readonly<Record<string, string>> = { deu: "de", eng: "en", spa: "es", fra: "fr", pol: "pl", swe: "sv" };

/** Beginnings of words by which a topic is known, in all languages of the desk. */
const topics: readonly (readonly [topic: string, words: RegExp])[] = [
  ["delivery", /deliver|liefer|livraison|paquete|pedido|leverans|dostaw/iu],
  ["invoice", /invoice|rechnung|facture|factura|faktur/iu],
  ["login", /password|passwort|mot de passe|contraseña|lösenord|zalogować/iu],
];

/**
 * Answers tickets: language by franc, topic by a list of words, a reply that says both. No model is behind it; three contracts have it
 * play three vendors.
 */
export function answerer(contract: ServiceContract): Service {
  return defineService({
    contract,
    execute: (payload, { capability }) => {
      const text = textOf(payload);
      const [best] = francAll(text, { only: Object.keys(languages), minLength: 1 });
      const language = languages[best?.[0] ?? ""] ?? "en";
      if (capability === "ticket.translate") return { language, text: `(a translation from ${language} would stand here)` };
      const topic = topics.find(([, words]) => words.test(text))?.[0] ?? "other";
      return { language, topic, reply: `[${language}] ${topic}: we look into it.` };
    },
  });
}

/** Pays refunds, and counts them: no money moves. */
export function refunds(contract: ServiceContract): { readonly service: Service; readonly paid: () => number } {
  let paid = 0;
  const service = defineService({
    contract,
    execute: () => {
      paid += 1;
      return { paid: true };
    },
  });
  return { service, paid: () => paid };
}

function textOf(payload: JsonValue): string {
  if (typeof payload === "object" && payload !== null && "text" in payload && typeof payload["text"] === "string") return payload["text"];
  throw new CaioError("InvalidRequest", 'Expected {"text": "…"}.');
}
