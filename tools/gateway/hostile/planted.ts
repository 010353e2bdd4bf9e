import { randomBytes } from "node:crypto";

import { generateSigningKey } from "@caio/traceability";

/** Secrets that a gateway is given, each where it holds one, and a prompt: no log line and no answer may ever show them. */
export interface Planted {
  /** What `env:` and `file:` references of contracts stand for. */
  readonly bearer: string;
  readonly header: string;
  readonly serverVariable: string;
  readonly admin: string;
  readonly caller: string;
  readonly signingPem: string;
  /** Text of prompts: it may be in an answer, never in a log line. */
  readonly prompt: string;
}

export function plantSecrets(keys: { readonly admin: string; readonly caller: string }): Planted {
  const word = (name: string): string => `planted-${name}-${randomBytes(12).toString("hex")}`;
  return { ...keys, bearer: word("bearer"), header: word("header"), serverVariable: word("variable"), prompt: word("prompt"), signingPem: generateSigningKey().exportPem() };
}

/** Names of the planted things that a text shows, plain or in base64. */
export function leaksIn(text: string, planted: Planted, where: "answer" | "log"): readonly string[] {
  const { prompt, signingPem, ...secrets } = planted;
  const [, pemBody = signingPem] = signingPem.split("\n");
  const all = { ...secrets, signingPem: pemBody, ...(where === "log" ? { prompt } : {}) };
  return Object.entries(all).flatMap(([name, secret]) => (text.includes(secret) || text.includes(Buffer.from(secret).toString("base64").slice(0, -4)) ? [name] : []));
}
