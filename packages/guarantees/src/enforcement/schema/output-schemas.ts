import { CaioError, digest, type Digest, type JsonObject, type JsonValue } from "@caio/core";
import { Ajv, type Options, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

import { longestSafeText } from "./safe-pattern.ts";
import { FUEL_KEYWORD, guardSchema, type GuardedSchema } from "./schema-guard.ts";

/** Subschemas that one validation may visit. */
const FUEL = 1_000_000;
/** Compiled schemas kept. */
const MAX_CACHED = 256;

/** The rule of the schema that an output breaks (`#/properties/label/type`); it never holds a part of the output. */
export type SchemaBreach = string;

/**
 * Output schemas, compiled once and kept by digest. A schema that somebody hostile wrote costs bounded time: see
 * `guardSchema` for what is refused, and one validation visits at most a million subschemas.
 */
export class OutputSchemas {
  readonly #compiled = new Map<Digest, ValidateFunction>();
  readonly #compilers = new Map<GuardedSchema["dialect"], Ajv | Ajv2020>();
  #fuel = 0;

  /**
   * The first rule that the value breaks, undefined if it satisfies the schema.
   *
   * @throws CaioError `InvalidContract` for a schema that is refused or is none.
   */
  check(schema: JsonObject, value: JsonValue): SchemaBreach | undefined {
    const validate = this.#compile(schema);
    this.#fuel = FUEL;
    try {
      if (validate(value)) return undefined;
    } catch {
      // Out of fuel, or a recursion without end: what cannot be checked is not promised.
      return "could not be checked within its bounds";
    }
    return validate.errors?.[0]?.schemaPath.slice(0, 200) ?? "#";
  }

  /** Compiles a schema ahead of time. @throws CaioError `InvalidContract` for one that is refused. */
  prepare(schema: JsonObject): void {
    this.#compile(schema);
  }

  #compile(schema: JsonObject): ValidateFunction {
    const key = digest(schema);
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    if (this.#compiled.size >= MAX_CACHED) {
      // The compilers keep what they made: they go too.
      this.#compiled.clear();
      this.#compilers.clear();
    }
    const compiled = this.#compileGuarded(guardSchema(schema));
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #compileGuarded({ dialect, schema }: GuardedSchema): ValidateFunction {
    const compiler = this.#compilers.get(dialect) ?? this.#createCompiler(dialect);
    this.#compilers.set(dialect, compiler);
    try {
      return compiler.compile(schema);
    } catch (cause) {
      throw new CaioError("InvalidContract", "At output_schema: found what is no JSON Schema, expected one that compiles.", {
        details: { path: "output_schema", found: "no valid JSON Schema", expected: dialect },
        cause,
      });
    }
  }

  #createCompiler(dialect: GuardedSchema["dialect"]): Ajv | Ajv2020 {
    const options: Options = {
      addUsedSchema: false,
      code: { regExp: boundedRegExp },
      inlineRefs: false,
      logger: false,
      ownProperties: true,
      strict: false,
      validateFormats: false,
    };
    const compiler = dialect === "draft-07" ? new Ajv(options) : new Ajv2020(options);
    compiler.addKeyword({ keyword: FUEL_KEYWORD, errors: false, validate: () => this.#burn() });
    return compiler;
  }

  #burn(): boolean {
    this.#fuel -= 1;
    if (this.#fuel < 0) throw new RangeError("out of fuel");
    return true;
  }
}

/** A regular expression that only looks at texts short enough for it; a longer one does not match. */
const boundedRegExp = Object.assign(
  (pattern: string, flags: string) => {
    const longest = longestSafeText(pattern) ?? 0;
    const expression = new RegExp(pattern, flags);
    return {
      test: (text: string) => text.length <= longest && expression.test(text),
      // ajv keeps one expression per text that this gives.
      toString: () => String(expression),
    };
  },
  { code: "boundedRegExp" },
);
