/** A node of a condition's syntax tree. */
export type CelNode =
  | { readonly kind: "literal"; readonly value: number | string | boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "select"; readonly of: CelNode; readonly field: string; readonly test: boolean }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly CelNode[] }
  | { readonly kind: "list"; readonly items: readonly CelNode[] }
  | { readonly kind: "macro"; readonly name: string; readonly of: CelNode; readonly variable: string; readonly body: CelNode };

/** Bounds of the profile (packages/rules/README.md). */
const [MAX_SOURCE, MAX_BRACKETS, MAX_NODES, MAX_DEPTH, MAX_MACROS] = [4096, 32, 512, 32, 3];
const TOKEN = /[\t\n\f\r ]*(?:([0-9][\w.]*)|([A-Za-z_]\w*)|("(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')|(&&|\|\||[=!<>]=|[-+*!<>?:.,()[\]])|$)/y;
const KEYWORDS = new Set(["false", "in", "null", "true"]);
const RESERVED = new Set("as break const continue else for function if import let loop package namespace return var void while".split(" "));
const MACROS = new Set(["all", "exists", "exists_one", "filter", "map"]);
const METHODS = new Map([["startsWith", 1], ["endsWith", 1], ["contains", 1], ["size", 0]]);
const ESCAPES = new Map([["\\", "\\"], ["'", "'"], ['"', '"'], ["n", "\n"], ["r", "\r"], ["t", "\t"]]);

interface Token {
  readonly kind: "int" | "name" | "text" | "mark" | "end";
  readonly text: string;
}

/**
 * Reads a condition of the closed CEL profile; whatever the profile does not name is refused.
 * @throws SyntaxError that says what.
 */
export function parseCel(source: string): CelNode {
  if (source.length > MAX_SOURCE) refuse(`more than ${String(MAX_SOURCE)} units`);
  return new CelReader(tokensOf(source)).whole();
}

function refuse(found: string): never {
  throw new SyntaxError(`a condition has ${found}`);
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let open = 0;
  TOKEN.lastIndex = 0;
  for (;;) {
    const found = TOKEN.exec(source);
    if (found === null) refuse("what is outside the profile");
    const [, int, name, text, mark] = found;
    if (int !== undefined) tokens.push({ kind: "int", text: int });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (text !== undefined) tokens.push({ kind: "text", text: unescaped(text.slice(1, -1)) });
    else if (mark !== undefined) tokens.push({ kind: "mark", text: mark });
    else return [...tokens, { kind: "end", text: "" }];
    open += mark === "(" || mark === "[" ? 1 : mark === ")" || mark === "]" ? -1 : 0;
    if (open > MAX_BRACKETS) refuse(`more than ${String(MAX_BRACKETS)} open brackets`);
    const [before, last] = tokens.slice(-2);
    if (before?.kind === "name" && last?.kind === "text" && !KEYWORDS.has(before.text)) refuse("a raw or byte text");
  }
}

function unescaped(text: string): string {
  const plain = text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_all, unit: string | undefined, letter: string) =>
    unit === undefined ? (ESCAPES.get(letter) ?? refuse("an escape outside the profile")) : String.fromCharCode(Number.parseInt(unit, 16)),
  );
  if (/\p{Surrogate}/u.test(plain) || /\\u[dD][89a-fA-F]/.test(text)) refuse("a surrogate");
  return plain;
}

class CelReader {
  readonly #tokens: readonly Token[];
  readonly #depths = new WeakMap<CelNode, number>();
  readonly #variables: string[] = [];
  #at = 0;
  #nodes = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): CelNode {
    const node = this.#expression();
    if (this.#next.kind !== "end") refuse(`something after its end: ${this.#next.text}`);
    return node;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "" };
  }

  #takes(...marks: readonly string[]): string | undefined {
    const { kind, text } = this.#next;
    if ((kind !== "mark" && text !== "in") || kind === "text" || !marks.includes(text)) return undefined;
    this.#at++;
    return text;
  }

  #needs(mark: string): void {
    if (this.#takes(mark) === undefined) refuse(`no ${mark}`);
  }

  #node(node: CelNode, ...parts: readonly CelNode[]): CelNode {
    const depth = 1 + Math.max(0, ...parts.map((part) => this.#depths.get(part) ?? 0));
    if (depth > MAX_DEPTH) refuse(`more than ${String(MAX_DEPTH)} levels`);
    if (++this.#nodes > MAX_NODES) refuse(`more than ${String(MAX_NODES)} parts`);
    this.#depths.set(node, depth);
    return node;
  }

  #call(name: string, ...args: readonly CelNode[]): CelNode {
    return this.#node({ kind: "call", name, args }, ...args);
  }

  #expression(): CelNode {
    const condition = this.#binary(0);
    if (this.#takes("?") === undefined) return condition;
    const yes = this.#binary(0);
    this.#needs(":");
    return this.#call("?:", condition, yes, this.#expression());
  }

  /** Levels of precedence, the loosest first; each associates to the left. */
  #binary(level: number): CelNode {
    const marks = [["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*"]][level];
    if (marks === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (let mark = this.#takes(...marks); mark !== undefined; mark = this.#takes(...marks)) {
      left = this.#call(mark, left, this.#binary(level + 1));
    }
    return left;
  }

  #unary(): CelNode {
    const mark = this.#takes("!", "-");
    if (mark === undefined) return this.#member();
    const again = this.#next.kind === "mark" && this.#next.text === mark;
    return this.#call(mark === "!" ? "!" : "negate", again ? this.#unary() : this.#member());
  }

  #member(): CelNode {
    let node = this.#primary();
    for (let mark = this.#takes(".", "["); mark !== undefined; mark = this.#takes(".", "[")) {
      if (mark === "[") {
        node = this.#call("[]", node, this.#expression());
        this.#needs("]");
      } else node = this.#selection(node);
    }
    return node;
  }

  #selection(of: CelNode): CelNode {
    const field = this.#name(KEYWORDS);
    if (this.#takes("(") === undefined) return this.#node({ kind: "select", of, field, test: false }, of);
    if (MACROS.has(field)) return this.#macro(field, of);
    const args = this.#arguments(")");
    if (METHODS.get(field) !== args.length) refuse(`the function ${field}`);
    return this.#call(field, of, ...args);
  }

  #macro(name: string, of: CelNode): CelNode {
    const variable = this.#name(RESERVED);
    this.#needs(",");
    this.#variables.push(variable);
    if (this.#variables.length > MAX_MACROS) refuse(`macros in more than ${String(MAX_MACROS)} macros`);
    const body = this.#expression();
    this.#variables.pop();
    this.#needs(")");
    return this.#node({ kind: "macro", name, of, variable, body }, of, body);
  }

  #primary(): CelNode {
    const { kind, text } = this.#next;
    if (this.#takes("(") !== undefined) {
      const node = this.#expression();
      this.#needs(")");
      return node;
    }
    if (this.#takes("[") !== undefined) {
      const items = this.#arguments("]");
      return this.#node({ kind: "list", items }, ...items);
    }
    if (kind === "int") return this.#literal(integer(text));
    if (kind === "text") return this.#literal(text);
    if (kind === "name" && (text === "true" || text === "false")) return this.#literal(text === "true");
    const name = this.#name(RESERVED);
    if (this.#takes("(") === undefined) return this.#node({ kind: "name", name });
    const [first, ...rest] = this.#arguments(")");
    if (first === undefined || rest.length > 0) refuse(`the function ${name}`);
    if (name === "size") return this.#call("size", first);
    if (name !== "has" || first.kind !== "select" || first.test) refuse(`the function ${name}`);
    return this.#node({ ...first, test: true }, first.of);
  }

  #literal(value: number | string | boolean): CelNode {
    this.#at++;
    return this.#node({ kind: "literal", value });
  }

  #arguments(end: string): CelNode[] {
    const nodes: CelNode[] = [];
    if (this.#takes(end) !== undefined) return nodes;
    do nodes.push(this.#expression());
    while (this.#takes(",") !== undefined);
    this.#needs(end);
    return nodes;
  }

  #name(without: ReadonlySet<string>): string {
    const { kind, text } = this.#next;
    if (kind !== "name" || KEYWORDS.has(text) || without.has(text)) refuse(text === "" ? "no end" : `${text} where a name belongs`);
    this.#at++;
    return text;
  }
}

function integer(digits: string): number {
  const value = Number(digits);
  if (!/^[0-9]+$/.test(digits) || !Number.isSafeInteger(value)) refuse("a number that is no integer below 2^53");
  return value;
}
