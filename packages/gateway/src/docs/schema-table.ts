import { escaped } from "./html-text.ts";

/** What the page reads of a JSON Schema. */
export interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}
type Named = Readonly<Record<string, Schema>>;

/** How deep objects are shown inside objects. */
const MAX_DEPTH = 2;

/** The members of a body; the whole schema is in `/openapi.json`. */
export function schemaTable(schema: Schema, named: Named): string {
  const whole = resolved(schema, named);
  const title = whole.title === undefined ? "" : `<p class="says">${escaped(whole.title)}</p>`;
  return `${title}<table>${rowsOf(whole, named, "", 0).join("")}</table>`;
}

function rowsOf(schema: Schema, named: Named, prefix: string, depth: number): readonly string[] {
  const { properties, required = [], anyOf, oneOf } = resolved(schema, named);
  // Of several spellings the first one with members is shown.
  const first = properties === undefined ? (anyOf ?? oneOf ?? []).find((each) => resolved(each, named).properties !== undefined) : undefined;
  if (first !== undefined) return rowsOf(first, named, prefix, depth);
  return Object.entries(properties ?? {}).flatMap(([name, member]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const row = `<tr><td><code>${escaped(path)}</code></td><td>${required.includes(name) ? "required" : ""}</td><td>${escaped(typeOf(member, named))}</td></tr>`;
    return [row, ...(depth < MAX_DEPTH ? rowsOf(member, named, path, depth + 1) : [])];
  });
}

function typeOf(schema: Schema, named: Named): string {
  const { type, items, enum: values, const: only, anyOf, oneOf, properties } = resolved(schema, named);
  if (only !== undefined) return JSON.stringify(only);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (type === "array") return `list of ${items === undefined ? "anything" : typeOf(items, named)}`;
  if (type !== undefined) return [type].flat().join(" | ");
  const some = anyOf ?? oneOf;
  if (some !== undefined) return [...new Set(some.map((each) => typeOf(each, named)))].join(" | ");
  return properties === undefined ? "anything" : "object";
}

/** A reference within the document, followed. */
function resolved(schema: Schema, named: Named): Schema {
  const path = /^#\/components\/schemas\/([^/]+)(?:\/\$defs\/(.+))?$/.exec(schema.$ref ?? "");
  if (path === null) return schema;
  const [, name = "", inner] = path;
  const found = inner === undefined ? named[name] : named[name]?.$defs?.[inner];
  return found === undefined || found === schema ? {} : resolved(found, named);
}
