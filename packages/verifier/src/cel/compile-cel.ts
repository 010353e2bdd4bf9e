import { call, CEL_ERROR, macro, select, spend, uniform, type Program, type Work } from "./cel-program.ts";

/** A condition ready to run on the values of its variables, in the order of their names. */
export interface Condition {
  readonly run: (values: readonly unknown[], work: Work) => unknown;
  /** Chains of fields that it reads of its variables, such as `labels` of the first. */
  readonly paths: readonly Path[];
}

interface Path {
  readonly slot: number;
  readonly fields: readonly string[];
}

/** How a condition ended: its value, an error of CEL, or refused as outside the profile. Ints past 2⁵³ − 1 are bigints. */
export type CelAnswer = { readonly kind: "value"; readonly value: unknown } | { readonly kind: "error" } | { readonly kind: "refused"; readonly reason: string };

/** Bounds of the profile (packages/rules/README.md). */
const [MAX_SOURCE, MAX_BRACKETS, MAX_NODES, MAX_DEPTH, MAX_MACROS] = [4096, 32, 512, 32, 3];
const TOKEN = /[\t\n\f\r ]*(?:([0-9][\w.]*)|([A-Za-z_]\w*)|("(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')|(&&|\|\||[=!<>]=|[-+*!<>?:.,()[\]])|$)/y;
const KEYWORDS = ["false", "in", "null", "true"];
const RESERVED = [...KEYWORDS, ..."as break const continue else for function if import let loop package namespace return var void while".split(" ")];
const MACROS = ["all", "exists", "exists_one", "filter", "map"];
const METHODS = new Map([["startsWith", 1], ["endsWith", 1], ["contains", 1], ["size", 0]]);
const LEVELS = [["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*"]];
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\", "'": "'", '"': '"', n: "\n", r: "\r", t: "\t" };

/**
 * Reads a condition of the closed profile; whatever the profile does not name is refused.
 * @throws SyntaxError that says what.
 */
export function compileCel(source: string, names: readonly string[]): Condition {
  if (source.length > MAX_SOURCE) refuse(`more than ${String(MAX_SOURCE)} units`);
  const compiler = new Compiler(tokensOf(source), names);
  const { run } = compiler.whole();
  return {
    paths: compiler.paths,
    run(values, work) {
      spend(work, 1 + source.length / 8);
      return run({ slots: [...values], work });
    },
  };
}

/**
 * Evaluates a condition of the profile; never throws.
 *
 * @example
 * ```ts
 * import { evaluateCel } from "@caio/verifier";
 *
 * evaluateCel('"eu" in request.regions', { request: { regions: ["eu"] } }); // { kind: "value", value: true }
 * ```
 */
export function evaluateCel(source: string, variables: Readonly<Record<string, unknown>>): CelAnswer {
  try {
    const value = compileCel(source, Object.keys(variables)).run(Object.values(variables), { left: 2_000_000 });
    return value === CEL_ERROR ? { kind: "error" } : { kind: "value", value };
  } catch (problem) {
    return { kind: "refused", reason: problem instanceof Error ? problem.message : "an unknown problem" };
  }
}

interface Token {
  readonly kind: "int" | "name" | "text" | "mark" | "end";
  readonly text: string;
}
interface Part {
  readonly run: Program;
  readonly depth: number;
  readonly path?: Path;
  readonly selected?: readonly [of: Part, field: string];
}

function refuse(found: string): never {
  throw new SyntaxError(`a condition has ${found}`);
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let open = 0; ; ) {
    const [whole, int, name, text, mark] = TOKEN.exec(source) ?? refuse("what is outside the profile");
    const [before] = tokens.slice(-1);
    if (text !== undefined && before?.kind === "name" && before.text !== "in" && /^\S/.test(whole)) refuse("a raw or byte text");
    if (int !== undefined) tokens.push({ kind: "int", text: int });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (text !== undefined) tokens.push({ kind: "text", text: unescaped(text.slice(1, -1)) });
    else if (mark !== undefined) tokens.push({ kind: "mark", text: mark });
    else return [...tokens, { kind: "end", text: "" }];
    open += mark === "(" || mark === "[" ? 1 : mark === ")" || mark === "]" ? -1 : 0;
    if (open > MAX_BRACKETS) refuse(`more than ${String(MAX_BRACKETS)} open brackets`);
  }
}

function unescaped(text: string): string {
  const plain = text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_all, unit: string | undefined, letter: string) => {
    if (unit === undefined) return ESCAPES[letter] ?? refuse("an escape outside the profile");
    return /^d[89a-f]/i.test(unit) ? refuse("a surrogate") : String.fromCharCode(Number.parseInt(unit, 16));
  });
  return /\p{Surrogate}/u.test(plain) ? refuse("a surrogate") : plain;
}

/** Reads by recursive descent and makes the program on the way. */
class Compiler {
  readonly paths: Path[] = [];
  readonly #tokens: readonly Token[];
  readonly #names: string[];
  readonly #given: number;
  #at = 0;
  #nodes = 0;
  #macros = 0;

  constructor(tokens: readonly Token[], names: readonly string[]) {
    this.#tokens = tokens;
    this.#names = [...names];
    this.#given = names.length;
  }

  whole(): Part {
    const part = this.#expression();
    return this.#next.kind === "end" ? part : refuse(`something after its end: ${this.#next.text}`);
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "" };
  }

  #takes(...marks: readonly string[]): string | undefined {
    const { kind, text } = this.#next;
    if ((kind !== "mark" && !(kind === "name" && text === "in")) || !marks.includes(text)) return undefined;
    this.#at++;
    return text;
  }

  #needs(mark: string): void {
    if (this.#takes(mark) === undefined) refuse(`no ${mark}`);
  }

  #part(run: Program, parts: readonly Part[] = [], more: Pick<Part, "path" | "selected"> = {}): Part {
    const depth = 1 + Math.max(0, ...parts.map((part) => part.depth));
    if (depth > MAX_DEPTH) refuse(`more than ${String(MAX_DEPTH)} levels`);
    if (++this.#nodes > MAX_NODES) refuse(`more than ${String(MAX_NODES)} parts`);
    return { run, depth, ...more };
  }

  #call(name: string, ...parts: readonly Part[]): Part {
    return this.#part(call(name, parts.map(({ run }) => run)), parts);
  }

  #expression(): Part {
    const condition = this.#binary(0);
    if (this.#takes("?") === undefined) return condition;
    const yes = this.#binary(0);
    this.#needs(":");
    return this.#call("?:", condition, yes, this.#expression());
  }

  /** Levels of precedence, the loosest first; each associates to the left. */
  #binary(level: number): Part {
    const marks = LEVELS[level];
    if (marks === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (let mark = this.#takes(...marks); mark !== undefined; mark = this.#takes(...marks)) left = this.#call(mark, left, this.#binary(level + 1));
    return left;
  }

  #unary(): Part {
    const mark = this.#takes("!", "-");
    if (mark === undefined) return this.#member();
    const again = this.#next.kind === "mark" && this.#next.text === mark;
    return this.#call(mark === "!" ? "!" : "negate", again ? this.#unary() : this.#member());
  }

  #member(): Part {
    let part = this.#primary();
    for (let mark = this.#takes(".", "["); mark !== undefined; mark = this.#takes(".", "[")) {
      if (mark === "[") {
        part = this.#call("[]", part, this.#expression());
        this.#needs("]");
      } else part = this.#selection(part);
    }
    return part;
  }

  #selection(of: Part): Part {
    const field = this.#name(KEYWORDS);
    if (this.#takes("(") === undefined) {
      const path = of.path === undefined ? undefined : { slot: of.path.slot, fields: [...of.path.fields, field] };
      if (path !== undefined) this.paths.push(path);
      return this.#part((frame) => select(of.run(frame), field, false), [of], { selected: [of, field], ...(path !== undefined && { path }) });
    }
    if (MACROS.includes(field)) return this.#macro(field, of);
    const args = this.#arguments(")");
    return METHODS.get(field) === args.length ? this.#call(field, of, ...args) : refuse(`the function ${field}`);
  }

  #macro(name: string, of: Part): Part {
    const variable = this.#name(RESERVED);
    this.#needs(",");
    if (this.#names.includes(variable)) refuse(`a variable ${variable} that hides a name`);
    if (++this.#macros > MAX_MACROS) refuse(`macros in more than ${String(MAX_MACROS)} macros`);
    const slot = this.#names.push(variable) - 1;
    const body = this.#expression();
    this.#names.pop();
    this.#macros--;
    this.#needs(")");
    return this.#part(macro(name, of.run, slot, body.run), [of, body]);
  }

  #primary(): Part {
    const { kind, text } = this.#next;
    if (this.#takes("(") !== undefined) {
      const part = this.#expression();
      this.#needs(")");
      return part;
    }
    if (this.#takes("[") !== undefined) {
      const items = this.#arguments("]");
      return this.#part((frame) => uniform(items.map(({ run }) => run(frame))), items);
    }
    if (kind === "int" || kind === "text" || text === "true" || text === "false") {
      this.#at++;
      const value = kind === "int" ? integer(text) : kind === "text" ? text : text === "true";
      return this.#part(() => value);
    }
    return this.#named(this.#name(RESERVED));
  }

  #named(name: string): Part {
    if (this.#takes("(") === undefined) {
      const slot = this.#names.indexOf(name);
      return slot === -1 ? refuse(`the unknown name ${name}`) : this.#part((frame) => frame.slots[slot], [], slot < this.#given ? { path: { slot, fields: [] } } : {});
    }
    const [first, ...rest] = this.#arguments(")");
    if (first === undefined || rest.length > 0 || (name !== "size" && name !== "has")) refuse(`the function ${name}`);
    if (name === "size") return this.#call("size", first);
    const [of, field] = first.selected ?? refuse("a has() of what is no field");
    if (first.path !== undefined) this.paths.pop();
    return this.#part((frame) => select(of.run(frame), field, true), [of]);
  }

  #arguments(end: string): Part[] {
    const parts: Part[] = [];
    if (this.#takes(end) !== undefined) return parts;
    do parts.push(this.#expression());
    while (this.#takes(",") !== undefined);
    this.#needs(end);
    return parts;
  }

  #name(without: readonly string[]): string {
    const { kind, text } = this.#next;
    if (kind !== "name" || without.includes(text)) refuse(text === "" ? "no end" : `${text} where a name belongs`);
    this.#at++;
    return text;
  }
}

function integer(digits: string): number {
  return /^[0-9]+$/.test(digits) && Number.isSafeInteger(Number(digits)) ? Number(digits) : refuse("a number that is no integer below 2^53");
}
