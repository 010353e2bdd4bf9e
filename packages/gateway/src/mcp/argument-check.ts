import { canonicalJson, CaioError, type JsonObject } from "@caio/core";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";

type Check = (value: unknown) => string | undefined;

/** Compiled schemas that are kept; the oldest go first. */
const MAX_KEPT = 500;

/** Checks arguments before a call costs anything. A schema that cannot be compiled is left to its own server. */
export class ArgumentCheck {
  readonly #compiled = new Map<string, Check>();

  /** @throws CaioError `InvalidRequest` */
  check(value: unknown, schema: JsonObject): void {
    const problem = this.#compiledFor(schema)(value);
    if (problem === undefined) return;
    throw new CaioError("InvalidRequest", `The arguments do not fit the tool's input schema: ${problem}. See tools/list.`, { details: { problem } });
  }

  #compiledFor(schema: JsonObject): Check {
    const key = canonicalJson(schema);
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const check = compile(schema);
    this.#compiled.set(key, check);
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size > MAX_KEPT && oldest !== undefined) this.#compiled.delete(oldest);
    return check;
  }
}

function compile(schema: JsonObject): Check {
  try {
    // One compiler for each: it keeps all it ever compiled.
    const validate = new AjvJsonSchemaValidator().getValidator(schema);
    return (value) => {
      const result = validate(value);
      return result.valid ? undefined : result.errorMessage.slice(0, 500);
    };
  } catch {
    return () => undefined;
  }
}
