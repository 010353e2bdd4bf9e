import { readFileSync } from "node:fs";

import { parseYamlDocument } from "@caio/contracts";

/** One thing that a person says. */
export interface Turn {
  readonly say: string;
  /** The service that a person who followed the conversation would pick. */
  readonly expect: string;
}

/** A conversation, and the services that may answer in it: their contracts' descriptions by id. */
export interface DialogueScript {
  readonly name: string;
  readonly services: Readonly<Record<string, string>>;
  readonly turns: readonly Turn[];
}

/** The dialogue of a YAML file. @throws Error with what is wrong */
export function readDialogue(file: string): DialogueScript {
  const reading = parseYamlDocument(readFileSync(file, "utf8"), { file });
  if (!reading.ok) throw new Error(reading.problems.map(({ line, found, expected }) => `${file}:${String(line)}: found ${found}, expected ${expected}`).join("\n"));
  const { name, services, turns } = mappingOf(reading.document.value, `${file}: a dialogue`);
  const described = Object.entries(mappingOf(services, `${file}: services`)).map(([id, text]) => [id, textOf(text, `services.${id}`)] as const);
  if (!Array.isArray(turns) || turns.length === 0) throw new Error(`${file}: found no turns.`);
  const known = new Set(described.map(([id]) => id));
  return {
    name: textOf(name, "name"),
    services: Object.fromEntries(described),
    turns: turns.map((turn: unknown, index) => {
      const { say, expect } = mappingOf(turn, `${file}: turn ${String(index + 1)}`);
      const expected = textOf(expect, `turns[${String(index)}].expect`);
      if (!known.has(expected)) throw new Error(`${file}: turn ${String(index + 1)} expects "${expected}", which is no service.`);
      return { say: textOf(say, `turns[${String(index)}].say`), expect: expected };
    }),
  };
}

function mappingOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(`${what}: expected a mapping.`);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`${what}: expected text.`);
}
