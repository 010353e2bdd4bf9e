import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { docsPage } from "../src/docs/docs-page.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

interface Document {
  readonly paths: Record<string, Record<string, { summary?: string; security?: unknown[]; requestBody?: unknown }>>;
}

let gateway: TestGateway;
let text: string;
let document: Document;
beforeAll(async () => {
  gateway = await testGateway();
  text = (await gateway.app.inject({ url: "/openapi.json" })).body;
  document = JSON.parse(text) as Document;
});
afterAll(() => gateway.close());

const operations = (): readonly (readonly [string, { summary?: string; security?: unknown[]; requestBody?: unknown }])[] =>
  Object.entries(document.paths).flatMap(([address, all]) => Object.entries(all).map(([method, operation]) => [`${method.toUpperCase()} ${address}`, operation] as const));

/** Every route that the server has, as its router prints them. */
function routes(): readonly string[] {
  const lines = gateway.app.printRoutes({ commonPrefix: false }).split("\n");
  const above: string[] = [];
  return lines.flatMap((line) => {
    const at = /^(?<indent>[│ ]*)(?:├|└)── (?<part>\S*)(?: \((?<methods>[A-Z, ]+)\))?$/.exec(line)?.groups;
    if (at === undefined) return [];
    const depth = (at["indent"] ?? "").length / 4;
    above.splice(depth, above.length, at["part"] ?? "");
    const address = above.join("").replace("*", "{path}").replace(/:(\w+)/g, "{$1}");
    return (at["methods"] ?? "").split(", ").filter((method) => method !== "" && method !== "HEAD").map((method) => `${method} ${address}`);
  });
}

describe("the document of the API", () => {
  it("is valid OpenAPI 3.1", async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(text) as Record<string, unknown>);
    expect([valid, errors]).toEqual([true, undefined]);
  });

  it("has every route, those of the original too, but for the methods that /mcp refuses", () => {
    const described = new Set(operations().map(([name]) => name));
    const all = routes();
    expect(all.length).toBeGreaterThan(80);
    // The router prints an address with a rest in it short; those are looked for below.
    const missing = all.filter((name) => !described.has(name) && !name.includes("{path}"));
    expect(missing).toEqual(["GET /mcp", "DELETE /mcp"]);
    for (const name of ["GET /v1/models/{path}", "GET /api/v1/log/tile/{path}", "GET /api/v1/log/tile/entries/{path}"]) expect(described).toContain(name);
    for (const name of ["POST /api/services/register", "POST /api/v1/register-service", "POST /api/discover", "POST /api/route", "GET /api/traces/{id}", "GET /api/services", "GET /configurations", "POST /configurations/{id}/rollback"]) expect(described).toContain(name);
  });

  it("says of every route what it does, whether it is open, and what it reads", async () => {
    for (const [name, { summary, security, requestBody }] of operations()) {
      expect([name, summary]).toEqual([name, expect.stringMatching(/\S/)]);
      const bodiless = /^POST .*(?:drain|undrain|renew|rotate)$/.test(name);
      expect([name, requestBody !== undefined]).toEqual([name, /^(?:POST|PUT)/.test(name) && !bodiless]);
      if (!name.startsWith("GET") || name.includes("{")) continue;
      const { statusCode } = name === "GET /api/v1/events" ? { statusCode: 401 } : await gateway.app.inject({ url: name.slice(4) });
      expect([name, statusCode === 401]).toEqual([name, security === undefined]);
    }
  });

  it("refers to nothing that is not in it", () => {
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);
    expect(references.length).toBeGreaterThan(20);
    for (const path of references) {
      const found = path.split("/").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
      expect([path, found]).toEqual([path, expect.anything()]);
    }
  });
});

describe("the page of the API", () => {
  it("shows every operation, and asks no other place for anything", async () => {
    const { body, headers, statusCode } = await gateway.app.inject({ url: "/docs" });
    expect([statusCode, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers["content-security-policy"]).toBe("default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    expect(body.match(/<details class="operation">/g)?.length).toBe(operations().length);
    expect(body).toContain("requirements.capabilities");
    expect(body).not.toMatch(/<script|https?:\/\/|style=/);
    const addresses = [...body.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, address = ""]) => address);
    for (const address of addresses) expect([address, (await gateway.app.inject({ url: address })).statusCode]).toEqual([address, 200]);
  });

  it("sets every text as text", () => {
    const evil = "</title><script>alert(1)</script>\"'";
    const page = docsPage({ info: { title: evil, version: evil, description: evil }, components: { schemas: {} }, paths: { [`/${evil}`]: { get: { summary: evil, tags: [evil], parameters: [{ name: evil, in: evil, schema: { pattern: evil } }], requestBody: { content: { [evil]: { schema: { title: evil, properties: { [evil]: { enum: [evil] } } } } } } } } } });
    expect(page).not.toContain("<script");
    expect(page).toContain("&#60;script&#62;");
  });
});
