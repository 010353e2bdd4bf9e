import { CST, Lexer } from "yaml";

/** Longer documents are refused, in bytes of UTF-8. */
export const MAX_DOCUMENT_BYTES = 65_536;
/** More deeply nested documents are refused. */
export const MAX_DOCUMENT_DEPTH = 64;
/**
 * Documents of more names, values, marks and line ends are refused: the parser's time goes with their number, not with
 * bytes. Only a history is long enough to hold so many; one of five thousand leaves has about half of it.
 */
const MAX_DOCUMENT_TOKENS = 250_000;

/** What the guard refuses, and where it begins. */
export interface LexicalRefusal {
  readonly offset: number;
  readonly found: string;
  readonly expected: string;
}

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Looks at a document before the parser does, since a parser recurses: a few kilobytes of `[` would end the process.
 * Refuses size, depth, too many parts, control characters, aliases, anchors, tags and directives.
 *
 * @returns the first thing refused, or undefined
 */
export function lexicalRefusal(text: string, maxBytes: number = MAX_DOCUMENT_BYTES): LexicalRefusal | undefined {
  // A UTF-16 unit is at least one byte, so a huge text is refused before it is measured.
  if (text.length > maxBytes || Buffer.byteLength(text) > maxBytes) {
    const limit = String(maxBytes / 1024);
    return { offset: 0, found: `a document over ${limit} KiB`, expected: `at most ${String(maxBytes)} bytes` };
  }
  const control = CONTROL.exec(text);
  if (control !== null) return { offset: control.index, found: "a control character", expected: "text; escape it" };
  const surrogate = LONE_SURROGATE.exec(text);
  if (surrogate !== null) return { offset: surrogate.index, found: "a lone surrogate", expected: "well-formed Unicode" };
  return new NestingGuard(text).refusal();
}

/**
 * Follows yaml's own tokens. Block collections are told apart by their column and kind, as a sequence may stand at the
 * column of the mapping that holds it; flow collections are counted.
 */
class NestingGuard {
  private readonly text: string;
  private offset = 0;
  private lineStart = 0;
  private tokens = 0;
  /** Per open flow collection, what its current entry has so far: indicators, a value. */
  private readonly flows: Set<string>[] = [];
  private keyColumn: number | undefined;
  private readonly blocks: { readonly column: number; readonly map: boolean }[] = [];

  constructor(text: string) {
    this.text = text;
  }

  refusal(): LexicalRefusal | undefined {
    let scalar = false;
    for (const token of new Lexer().lex(this.text)) {
      if (!scalar && (token === CST.DOCUMENT || token === CST.FLOW_END)) continue;
      if (!scalar && token === CST.SCALAR) {
        scalar = true;
        continue;
      }
      if (scalar) this.startKey();
      const refusal = this.tooMany(token) ?? (scalar ? undefined : this.structure(token));
      if (refusal !== undefined) return refusal;
      scalar = false;
      this.advance(token);
    }
    return undefined;
  }

  private structure(token: string): LexicalRefusal | undefined {
    const type = CST.tokenType(token);
    switch (type) {
      case "alias":
      case "anchor":
      case "tag":
      case "directive-line":
        return this.refuse(article[type], "plain YAML; write the value out");
      case "single-quoted-scalar":
      case "double-quoted-scalar":
        { this.startKey(); return; }
      case "flow-map-start":
      case "flow-seq-start":
        this.startKey();
        this.flows.push(new Set());
        return this.tooDeep();
      case "flow-map-end":
      case "flow-seq-end":
        this.flows.pop();
        return undefined;
      case "comma":
        return this.endFlowEntry();
      case "seq-item-ind":
        return this.openBlock(this.column(), false);
      case "explicit-key-ind":
        return this.inFlowEntry("?") ?? this.openBlock(this.column(), true);
      case "map-value-ind":
        return this.inFlowEntry(":") ?? this.openBlock(this.keyColumn ?? this.column(), true);
      default:
        return undefined;
    }
  }

  /** The parser would nest `[a: b: c: …`, which is no YAML, without a limit. */
  private inFlowEntry(indicator: string): LexicalRefusal | undefined {
    const seen = this.flows.at(-1);
    if (seen?.has(indicator) === true) return this.refuse(`a second "${indicator}" in one entry`, "a comma before it");
    seen?.add(indicator);
    return undefined;
  }

  private openBlock(column: number, map: boolean): LexicalRefusal | undefined {
    if (this.flows.length > 0) return undefined;
    this.keyColumn = undefined;
    let top = this.blocks.at(-1);
    while (top !== undefined && (top.column > column || (top.column === column && map && !top.map))) {
      this.blocks.pop();
      top = this.blocks.at(-1);
    }
    if (top?.column !== column || top.map !== map) this.blocks.push({ column, map });
    return this.tooDeep();
  }

  private endFlowEntry(): LexicalRefusal | undefined {
    const seen = this.flows.at(-1);
    if (seen?.size === 0) return this.refuse("an empty entry", "a value before the comma");
    seen?.clear();
    return undefined;
  }

  private startKey(): void {
    const seen = this.flows.at(-1);
    if (seen === undefined) this.keyColumn ??= this.column();
    else seen.add("value");
  }

  /** The space between two tokens is no part of its own, so that indentation costs nothing. */
  private tooMany(token: string): LexicalRefusal | undefined {
    if (!token.startsWith(" ") && !token.startsWith("\t")) this.tokens += 1;
    if (this.tokens <= MAX_DOCUMENT_TOKENS) return undefined;
    const limit = String(MAX_DOCUMENT_TOKENS);
    return this.refuse(`a document of more than ${limit} parts`, `at most ${limit} names, values, marks and line ends`);
  }

  private tooDeep(): LexicalRefusal | undefined {
    if (this.blocks.length + this.flows.length <= MAX_DOCUMENT_DEPTH) return undefined;
    return this.refuse("a document nested deeper than 64 levels", "at most 64 levels");
  }

  private refuse(found: string, expected: string): LexicalRefusal {
    return { offset: this.offset, found, expected };
  }

  private column(): number {
    return this.offset - this.lineStart;
  }

  private advance(token: string): void {
    const newline = token.lastIndexOf("\n");
    if (newline >= 0) {
      this.lineStart = this.offset + newline + 1;
      this.keyColumn = undefined;
    }
    this.offset += token.length;
  }
}

const article = {
  alias: "an alias",
  anchor: "an anchor",
  tag: "a tag",
  "directive-line": "a directive",
} as const;
