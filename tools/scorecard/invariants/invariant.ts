import { readdirSync, readFileSync } from "node:fs";

import { parseYamlDocument, problemText } from "@caio/contracts";

/** One file of docs/invariants. */
export interface Invariant {
  readonly id: string;
  readonly statement: string;
  /** Why it is true, in short. */
  readonly lemma: string;
  /** The lemma proved, step by step. A place in the code reads `package/src/file.ts#name`, one in the calculus `calculus §n`. */
  readonly proof: readonly string[];
  /** What the proof takes for granted. */
  readonly assumes: readonly string[];
  /** The steps of the master equation that it is about (calculus §1). */
  readonly step: string;
  /** How it is checked, and what of it is checked elsewhere or only watched. */
  readonly checked: string;
  /** Names of the executable checks. */
  readonly checks: readonly string[];
  /** What is built into the cases of those checks, and must turn it RED. */
  readonly faults: readonly string[];
  /** Edits of the source (tools/faults) that must turn it RED. */
  readonly catalogue: readonly string[];
}

const FOLDER = new URL("../../../docs/invariants/", import.meta.url);
const KEYS = ["id", "statement", "lemma", "proof", "assumes", "step", "checked", "checks", "faults", "catalogue"];

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
  const words = (key: string): string => wordsOf(members.get(key), `${file}: "${key}"`);
  const list = (key: string): readonly string[] => listOf(members.get(key), `${file}: "${key}"`);
  const some = (key: string): readonly string[] => {
    const found = list(key);
    if (found.length === 0) throw new Error(`${file}: "${key}": found an empty list.`);
    return found;
  };
  const id = words("id");
  if (`${id}.yaml` !== file) throw new Error(`${file}: found id ${id}, expected the name of the file.`);
  return {
    id,
    ...{ statement: words("statement"), lemma: words("lemma"), proof: some("proof"), assumes: members.has("assumes") ? some("assumes") : [] },
    ...{ step: words("step"), checked: words("checked"), checks: some("checks"), faults: list("faults"), catalogue: list("catalogue") },
  };
}

function wordsOf(found: unknown, place: string): string {
  if (typeof found === "string" && found.trim() !== "") return found.trim();
  throw new Error(`${place}: found no text.`);
}

function listOf(found: unknown, place: string): readonly string[] {
  if (!Array.isArray(found)) throw new Error(`${place}: found no list.`);
  return found.map((item, at) => wordsOf(item, `${place}, item ${String(at + 1)}`));
}
