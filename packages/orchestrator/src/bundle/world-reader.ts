import { CaioError, canonicalJson, type JsonObject, type JsonValue } from "@caio/core";

/** Reads the members of a world file, each as the one kind that it must be. */
export class WorldReader {
  readonly members: JsonObject;
  readonly #path: string;

  private constructor(members: JsonObject, path: string) {
    this.members = members;
    this.#path = path;
  }

  /** @throws CaioError `NotCanonical`, `InvalidRequest` */
  static parse(text: string): WorldReader {
    const value = parseJson(text);
    // A key given twice, another spelling of a number or of a text: none of them is canonical.
    if (value === undefined || canonicalJson(value) !== text.replace(/\n$/, "")) {
      throw new CaioError("NotCanonical", "Found text that is not canonical JSON, expected a world file as it was written.");
    }
    return WorldReader.#of(value, "");
  }

  static #of(value: JsonValue | undefined, path: string): WorldReader {
    if (isObject(value)) return new WorldReader(value, path);
    throw refuse(path, "an object");
  }

  /** @throws CaioError `InvalidRequest` if one is missing or there is another. */
  requireKeys(...keys: readonly string[]): void {
    const found = Object.keys(this.members).sort().join(", ");
    const expected = [...keys].sort().join(", ");
    if (found !== expected) throw refuse(this.#path, `the members ${expected}`);
  }

  /** The key if there is such a member, for the keys that may be left out. */
  present(key: string): readonly string[] {
    return Object.hasOwn(this.members, key) ? [key] : [];
  }

  at(key: string): WorldReader {
    return WorldReader.#of(this.#member(key), this.#below(key));
  }

  list(key: string): readonly WorldReader[] {
    return this.#items(key).map((item, index) => WorldReader.#of(item, `${this.#below(key)}/${String(index)}`));
  }

  integers(key: string): readonly number[] {
    const items = this.#items(key).filter((item) => typeof item === "number");
    if (items.length !== this.#items(key).length) throw this.refuse(key, "a list of integers");
    return items;
  }

  count(key: string): number {
    const value = this.#member(key);
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.refuse(key, "a count");
  }

  countOrNull(key: string): number | null {
    return this.#member(key) === null ? null : this.count(key);
  }

  text(key: string): string {
    const value = this.#member(key);
    if (typeof value === "string") return value;
    throw this.refuse(key, "text");
  }

  flag(key: string): boolean {
    const value = this.#member(key);
    if (typeof value === "boolean") return value;
    throw this.refuse(key, "true or false");
  }

  /** The error for a member that is not what it must be. */
  refuse(key: string, expected: string): CaioError<"InvalidRequest"> {
    return refuse(this.#below(key), expected);
  }

  #items(key: string): readonly JsonValue[] {
    const value = this.#member(key);
    if (isList(value)) return value;
    throw this.refuse(key, "a list");
  }

  #member(key: string): JsonValue | undefined {
    return Object.hasOwn(this.members, key) ? this.members[key] : undefined;
  }

  #below(key: string): string {
    return `${this.#path}/${key}`;
  }
}

function parseJson(text: string): JsonValue | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value as JsonValue;
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** What was found may be a secret of the request, so it is not said. */
function refuse(path: string, expected: string): CaioError<"InvalidRequest"> {
  const place = path === "" ? "/" : path;
  return new CaioError("InvalidRequest", `World file, at ${place}: found something else than ${expected}.`, { details: { path, expected } });
}
