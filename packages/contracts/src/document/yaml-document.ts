import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Pair, type YAMLMap } from "yaml";

import { DecimalText, type DocumentPath, type DocumentValue } from "./decimal-text.ts";
import { lexicalRefusal, MAX_DOCUMENT_DEPTH } from "./lexical-guard.ts";
import { MAX_PROBLEMS, pathText, type Place, type Problem } from "./problem.ts";

/** A document that passed the door: its value, and where each part of it stands. */
export interface LocatedDocument {
  readonly file: string;
  readonly value: DocumentValue;
  /**
   * The place of what the path leads to, or of the nearest part around it that exists.
   *
   * @param part - the value (the default), or the key that it stands under
   */
  locate(path: DocumentPath, part?: "key" | "value"): Place;
}

/** What the door gives: the document, or everything that is wrong with its text. */
export type DocumentReading =
  | { readonly ok: true; readonly document: LocatedDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface DocumentTextOptions {
  readonly file: string;
  /** Instead of 64 KiB, for documents that hold learned numbers. */
  readonly maxBytes?: number | undefined;
}

const LONE_SURROGATE = /\p{Surrogate}/u;
/** What follows a syntax error is mostly its echo. */
const MAX_SYNTAX_PROBLEMS = 3;

/**
 * The one door for YAML and JSON text. At most 64 KiB and 64 levels, both checked before the parser runs; no alias,
 * anchor, tag, directive, duplicate key, `__proto__`, NaN or infinity; merge keys are ordinary keys. Never throws, and
 * works in bounded time and memory whatever the text.
 *
 * @example
 * ```ts
 * import { parseYamlDocument } from "@caio/contracts";
 *
 * const reading = parseYamlDocument("limits: { budget: 0.10 }", { file: "request.yaml" });
 * if (reading.ok) reading.document.locate(["limits", "budget"]); // { line: 1, column: 19 }
 * ```
 */
export function parseYamlDocument(text: string, options: DocumentTextOptions): DocumentReading {
  const { file, maxBytes } = options;
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const refusal = lexicalRefusal(source, maxBytes);
  if (refusal !== undefined) {
    const { found, expected, offset } = refusal;
    return { ok: false, problems: [{ file, ...placeOf(source, offset), path: "", found, expected }] };
  }
  const lines = new LineCounter();
  const parsed = parseGuarded(source, lines);
  if (parsed === undefined) {
    const found = "a document nested too deeply";
    return { ok: false, problems: [{ file, line: 1, column: 1, path: "", found, expected: "at most 64 levels" }] };
  }
  if (parsed.errors.length > 0) {
    const problems = parsed.errors.slice(0, MAX_SYNTAX_PROBLEMS).map((error) => ({
      file,
      ...position(lines, error.pos[0]),
      path: "",
      found: "a syntax error",
      // The parser quotes what it stumbles over, which may be a secret.
      expected: `valid YAML or JSON (${error.message.replace(/:? ?".*$/s, "")})`,
    }));
    return { ok: false, problems };
  }
  const reader = new NodeReader(file, lines);
  const value = reader.read(parsed.contents, [], 0);
  if (reader.problems.length > 0) return { ok: false, problems: reader.problems };
  const root = parsed.contents;
  return { ok: true, document: { file, value, locate: (path, part) => locate(root, path, lines, part) } };
}

/** The parser on text that the guard let through; undefined if it ran out of stack all the same. */
function parseGuarded(source: string, lines: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(source, {
      lineCounter: lines,
      schema: "core",
      version: "1.2",
      stringKeys: true,
      uniqueKeys: false,
      merge: false,
      prettyErrors: false,
      logLevel: "error",
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class NodeReader {
  readonly problems: Problem[] = [];
  private readonly file: string;
  private readonly lines: LineCounter;

  constructor(file: string, lines: LineCounter) {
    this.file = file;
    this.lines = lines;
  }

  read(node: unknown, path: PropertyKey[], depth: number): DocumentValue {
    if (this.problems.length >= MAX_PROBLEMS) return null;
    if (depth > MAX_DOCUMENT_DEPTH) {
      this.refuse(node, path, "a document nested deeper than 64 levels", "at most 64 levels");
      return null;
    }
    if (isMap(node)) return this.readMap(node, path, depth);
    if (isSeq(node)) {
      return node.items.map((item, index) => this.read(item, [...path, index], depth + 1));
    }
    if (isScalar(node)) return this.readScalar(node, path);
    if (node !== null) this.refuse(node, path, "an alias", "plain YAML; write the value out");
    return null;
  }

  private readMap(node: YAMLMap, path: PropertyKey[], depth: number): DocumentValue {
    const result: Record<string, DocumentValue> = {};
    for (const pair of node.items) {
      if (this.problems.length >= MAX_PROBLEMS) break;
      const key = keyOf(pair);
      const at = [...path, key];
      if (key === "__proto__") this.refuse(pair.key, at, 'the key "__proto__"', "another name");
      else if (LONE_SURROGATE.test(key)) this.refuse(pair.key, path, "a key with a lone surrogate", "well-formed Unicode");
      else if (Object.hasOwn(result, key)) this.refuse(pair.key, at, `the key "${key.slice(0, 60)}" twice`, "each key once");
      else result[key] = this.read(pair.value, at, depth + 1);
    }
    return result;
  }

  private readScalar(node: { value: unknown; source?: string }, path: PropertyKey[]): DocumentValue {
    const { value } = node;
    if (typeof value === "string") {
      if (LONE_SURROGATE.test(value)) this.refuse(node, path, "a lone surrogate", "well-formed Unicode");
      return value;
    }
    if (typeof value === "boolean" || value === null) return value;
    if (typeof value === "number" && Number.isFinite(value)) return new DecimalText(node.source ?? String(value));
    this.refuse(node, path, "NaN or an infinity", "a finite number");
    return null;
  }

  private refuse(node: unknown, path: DocumentPath, found: string, expected: string): void {
    const place = position(this.lines, offsetOf(node));
    this.problems.push({ file: this.file, ...place, path: pathText(path), found, expected });
  }
}

/** With `stringKeys` every key is a scalar that holds text. */
function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function locate(root: Node | null, path: DocumentPath, lines: LineCounter, of: "key" | "value" = "value"): Place {
  let node: unknown = root;
  let offset = offsetOf(root);
  for (const [index, part] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => keyOf(item) === part);
      if (pair === undefined) break;
      node = pair.value;
      const wantsKey = of === "key" && index === path.length - 1;
      offset = offsetOf(wantsKey || isEmpty(pair.value) ? pair.key : pair.value);
    } else if (isSeq(node) && typeof part === "number" && part < node.items.length) {
      node = node.items[part];
      offset = offsetOf(node);
    } else break;
  }
  return position(lines, offset);
}

/** `key:` without a value has no place of its own. */
function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.source === "");
}

function offsetOf(node: unknown): number {
  const range = (node as Node | null)?.range;
  return range?.[0] ?? 0;
}

function position(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
