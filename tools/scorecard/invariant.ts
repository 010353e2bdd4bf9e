import { readdirSync, readFileSync } from "node:fs";

import { parseYamlDocument, problemText } from "@caio/contracts";

/** One file of docs/invariants. */
export interface Invariant {
  readonly id: string;
  readonly statement: string;
  /** Why it is true, in short. */
  readonly lemma: string;
  /** The steps of the master equation that it is about (calculus §1). */
  readonly step: string;
  /** How it is checked, and what of it is checked elsewhere or later. */
  readonly checked: string;
  /** Name of the executable property. */
  readonly check: string;
  /** What must turn it RED. */
  readonly faults: readonly string[];
}

const FOLDER = new URL("../../docs/invariants/", import.meta.url);
const KEYS = ["id", "statement", "lemma", "step", "checked", "check", "faults"];

/** Every invariant, in the order of its id. @throws Error naming the file and what is wrong with it */
export function readInvariants(folder: URL = FOLDER): readonly Invariant[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml")).sort();
  return files.map((file) => invariantOf(readFileSync(new URL(file, folder), "utf8"), file));
}

/** One invariant from the text of its file. @throws Error naming the file and what is wrong with it */
export function invariantOf(text: string, file: string): Invariant {
  const reading = parseYamlDocument(text, { file });
  if (!reading.ok) throw new Error(reading.problems.map((problem) => problemText(problem)).join("\n"));
  const { value } = reading.document;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${file}: found no mapping.`);
  const members = new Map<string, unknown>(Object.entries(value));
  const unknown = [...members.keys()].find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw new Error(`${file}: found "${unknown}", expected one of ${KEYS.join(", ")}.`);
  const words = (key: string): string => {
    const found = members.get(key);
    if (typeof found === "string" && found.trim() !== "") return found.trim();
    throw new Error(`${file}: found no text at "${key}".`);
  };
  const faults = members.get("faults");
  if (!Array.isArray(faults) || !faults.every((fault) => typeof fault === "string")) {
    throw new Error(`${file}: found no list of words at "faults".`);
  }
  const id = words("id");
  if (`${id}.yaml` !== file) throw new Error(`${file}: found id ${id}, expected the name of the file.`);
  return {
    id,
    statement: words("statement"),
    lemma: words("lemma"),
    step: words("step"),
    checked: words("checked"),
    check: words("check"),
    faults,
  };
}
