import { escaped } from "./html-text.ts";
import { schemaTable, type Schema } from "./schema-table.ts";

/** What the page reads of an OpenAPI document. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Placed {
  readonly method: string;
  readonly address: string;
  readonly operation: Operation;
}

/** The document as a page of HTML: every operation by its tag, with a line of curl. All texts of the document are set as text. */
export function docsPage({ info, paths, components }: ApiDocument): string {
  const placed = Object.entries(paths).flatMap(([address, operations]) => Object.entries(operations).map(([method, operation]): Placed => ({ method: method.toUpperCase(), address, operation })));
  const groups = new Map<string, Placed[]>();
  for (const each of placed) {
    const tag = each.operation.tags?.[0] ?? "Others";
    groups.set(tag, [...(groups.get(tag) ?? []), each]);
  }
  const names = [...groups.keys()];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(info.title)}</title>
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<header>
<h1>${escaped(info.title)} ${escaped(info.version)}</h1>
<p>${escaped(info.description ?? "")} Send a key as <code>Authorization: Bearer caio_…</code>; what is marked “open” needs none. Errors are
<code>{ "error": { code, message, details } }</code>; under <code>/v1</code> they have the form that OpenAI's clients read. For machines: <a href="/openapi.json">/openapi.json</a>.</p>
</header>
<nav aria-label="Subjects"><ul>${names.map((name, at) => `<li><a href="#s${String(at)}">${escaped(name)}</a></li>`).join("")}</ul></nav>
<main>
${[...groups].map(([name, all], at) => `<section id="s${String(at)}"><h2>${escaped(name)}</h2>\n${all.map((each) => operationHtml(each, components.schemas)).join("\n")}\n</section>`).join("\n")}
</main>
</body>
</html>
`;
}

function operationHtml(placed: Placed, schemas: ApiDocument["components"]["schemas"]): string {
  const { method, address, operation } = placed;
  const open = operation.security?.length === 0 ? ' <span class="open">open</span>' : "";
  const parameters = operation.parameters ?? [];
  const rows = parameters.map(({ name, in: where, required, schema }) => `<tr><td><code>${escaped(name)}</code></td><td>${escaped(where)}${required === true ? ", required" : ""}</td><td>${escaped(schemaWords(schema))}</td></tr>`);
  return `<details class="operation"><summary><span class="method">${method}</span> <span class="address">${escaped(address)}</span>${open} <span class="says">${escaped(operation.summary ?? "")}</span></summary><div>
${rows.length === 0 ? "" : `<h3>Parameters</h3><table>${rows.join("")}</table>`}
${bodyHtml(operation, schemas)}
<h3>Example</h3><pre>${escaped(curlOf(placed))}</pre>
</div></details>`;
}

function bodyHtml({ requestBody }: Operation, schemas: ApiDocument["components"]["schemas"]): string {
  if (requestBody === undefined) return "";
  const types = Object.keys(requestBody.content);
  const [first] = Object.values(requestBody.content);
  return `<h3>Body: ${types.map((type) => `<code>${escaped(type)}</code>`).join(" or ")}</h3>${first === undefined ? "" : schemaTable(first.schema, schemas)}`;
}

function curlOf({ method, address, operation: { security, requestBody, parameters = [] } }: Placed): string {
  const query = parameters.filter((parameter) => parameter.in === "query" && parameter.required === true).map(({ name }) => `${name}=…`).join("&");
  return [
    "curl -s",
    method === "GET" ? "" : `-X ${method}`,
    security?.length === 0 ? "" : '-H "authorization: Bearer $CAIO_KEY"',
    requestBody === undefined ? "" : `-H "content-type: ${Object.keys(requestBody.content)[0] ?? "application/json"}" -d @body.json`,
    `"$CAIO_URL${address}${query === "" ? "" : `?${query}`}"`,
  ].filter((part) => part !== "").join(" ");
}

function schemaWords({ type, pattern, minimum, maximum, enum: values }: Schema): string {
  const range = [minimum === undefined ? "" : `from ${String(minimum)}`, maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? "" : `to ${String(maximum)}`];
  return [type === undefined ? "any" : String(type), values?.join(" | ") ?? "", pattern ?? "", ...range].filter((part) => part !== "").join(" ");
}
