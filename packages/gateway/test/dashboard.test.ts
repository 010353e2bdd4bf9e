import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readPages } from "../src/views/pages/read-pages.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const INDEX = `<!doctype html><title>page</title>${"<p>text</p>".repeat(100)}`;
const SCRIPT = `console.log("${"x".repeat(2000)}");`;
const SECRET = "what is beside the page";

let folder: string;
let gateway: TestGateway;
let address: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caio-page-"));
  const page = join(folder, "page");
  await mkdir(join(page, "assets"), { recursive: true });
  await Promise.all([
    writeFile(join(folder, "secret.txt"), SECRET),
    writeFile(join(page, "index.html"), INDEX),
    writeFile(join(page, "icon.svg"), "<svg/>"),
    writeFile(join(page, ".hidden.js"), SECRET),
    writeFile(join(page, "assets", "index-Ab3_xY-9.js"), SCRIPT),
    writeFile(join(page, "assets", "index-Ab3_xY-9.js.map"), SECRET),
    symlink(join(folder, "secret.txt"), join(page, "linked.txt")),
  ]);
  gateway = await testGateway({ ports: { pages: pathToFileURL(`${page}/`) } });
  address = await gateway.listen();
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly bytes: Buffer;
}

/** A request whose path goes out as it stands: `fetch` would put it in order. */
async function ask(path: string, { method = "GET", headers = {} }: { readonly method?: string; readonly headers?: Record<string, string> } = {}): Promise<Answer> {
  const { hostname, port } = new URL(address);
  return await new Promise((resolve, reject) => {
    const asked = httpRequest({ hostname, port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(parts) }); });
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("the dashboard", () => {
  it("is there without a key, under a policy that allows it nothing but itself and the gateway", async () => {
    const { status, headers, bytes } = await ask("/dashboard/");
    expect([status, bytes.toString()]).toEqual([200, INDEX]);
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-cache",
    });
    const script = await ask("/dashboard/assets/index-Ab3_xY-9.js");
    expect([script.status, script.bytes.toString()]).toEqual([200, SCRIPT]);
    expect(script.headers).toMatchObject({ "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=31536000, immutable" });
    expect((await ask("/dashboard/icon.svg")).headers).toMatchObject({ "content-type": "image/svg+xml", "cache-control": "no-cache" });
  });

  it("is where / and /dashboard lead", async () => {
    for (const path of ["/", "/dashboard"]) {
      const { status, headers } = await ask(path);
      expect([status, new URL(String(headers["location"]), new URL(path, address)).pathname]).toEqual([302, "/dashboard/"]);
    }
  });

  it("is packed as its reader can unpack it, and not sent twice", async () => {
    const read = async (accepted: string): Promise<Answer> => await ask("/dashboard/", { headers: { "accept-encoding": accepted } });
    const [brotli, gzip, plain, refused] = [await read("gzip, deflate, br"), await read("gzip;q=0.5"), await read("zstd"), await read("br;q=0, gzip;q=0.0")];
    expect([brotli.headers["content-encoding"], brotliDecompressSync(brotli.bytes).toString()]).toEqual(["br", INDEX]);
    expect([gzip.headers["content-encoding"], gunzipSync(gzip.bytes).toString()]).toEqual(["gzip", INDEX]);
    for (const { headers, bytes } of [plain, refused]) expect([headers["content-encoding"], bytes.toString()]).toEqual([undefined, INDEX]);
    const tags = [brotli, gzip, plain].map(({ headers }) => String(headers["etag"]));
    expect(new Set(tags).size).toBe(3);
    for (const { headers } of [brotli, plain]) expect(headers["vary"]).toBe("accept-encoding");
    const again = await ask("/dashboard/", { headers: { "accept-encoding": "br", "if-none-match": `"other", W/${tags[0] ?? ""}` } });
    expect([again.status, again.bytes.length, again.headers["etag"]]).toEqual([304, 0, tags[0]]);
    expect((await ask("/dashboard/", { headers: { "if-none-match": tags[0] ?? "" } })).status).toBe(200);
  });

  it("answers HEAD without a body, and takes nothing", async () => {
    const head = await ask("/dashboard/", { method: "HEAD" });
    expect([head.status, head.bytes.length, head.headers["content-length"]]).toEqual([200, 0, String(INDEX.length)]);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) expect([method, (await ask("/dashboard/index.html", { method })).status]).toEqual([method, 404]);
  });

  it.each([
    ...["/dashboard/../secret.txt", "/dashboard/..%2fsecret.txt", "/dashboard/%2e%2e/secret.txt", "/dashboard/%2e%2e%2fsecret.txt", "/dashboard/assets/../../secret.txt"],
    ...["/dashboard/..\\secret.txt", "/dashboard/%5c..%5csecret.txt", "/dashboard//etc/passwd", "/dashboard/%2fetc%2fpasswd", "/dashboard/index.html%00.js", "/dashboard/./index.html/..", "/dashboard/%252e%252e/secret.txt"],
    ...["/dashboard/linked.txt", "/dashboard/.hidden.js", "/dashboard/assets/index-Ab3_xY-9.js.map", "/dashboard/assets", "/dashboard/assets/", "/dashboard/INDEX.HTML", "/dashboard/__proto__", "/dashboard/constructor", `/dashboard/${"a".repeat(5000)}`],
  ])("gives nothing for %s", async (path) => {
    const { status, bytes } = await ask(path);
    expect([path, status >= 400, bytes.toString().includes(SECRET), bytes.toString().includes("root:")]).toEqual([path, true, false, false]);
  });

  it.each([
    ["/dashboard/%E0%A4%A", 400], ["/dashboard/%zz", 400], ["/%E0%A4%A", 400], ["/api/v1/services/%E0%A4%A", 400], [`/api/v1/services/${"x".repeat(300)}`, 414],
  ])("refuses an address that cannot be read as anything else is refused, and does not repeat it: %s", async (path, code) => {
    const { status, headers, bytes } = await ask(path);
    expect([status, JSON.parse(bytes.toString())]).toEqual([code, { error: { code: "InvalidRequest", message: expect.stringContaining("address") as unknown, details: {} } }]);
    expect(headers).toMatchObject({ "content-type": "application/json; charset=utf-8", "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown });
    expect(bytes.toString()).not.toContain(path.slice(1, 200));
  });

  it("says how to have it where it is not built, and is not there where it is turned off", async () => {
    const notGiven = await testGateway();
    const notBuilt = await testGateway({ ports: { pages: pathToFileURL(join(folder, "nothing/")) } });
    const off = await testGateway({ config: "dashboard: false\n", ports: { pages: pathToFileURL(join(folder, "page/")) } });
    const look = async ({ app }: TestGateway, url: string): Promise<{ readonly code: number; readonly body: string }> => {
      const { statusCode: code, body } = await app.inject({ url });
      return { code, body };
    };
    const expectWords = async (opened: TestGateway, words: string): Promise<void> => {
      const { code, body } = await look(opened, "/dashboard/");
      expect([code, body]).toEqual([404, expect.stringContaining(words)]);
    };
    await expectWords(notGiven, "pages: dashboardFolder");
    await expectWords(notBuilt, "npm run page -w @caio/dashboard");
    await expectWords(off, "No such address");
    for (const each of [notGiven, notBuilt, off]) {
      expect((await look(each, "/")).code).toBe(404);
      expect((await look(each, "/health")).code).toBe(200);
      await each.close();
    }
  });

  it("is read from a folder of a page alone", async () => {
    const files = await readPages(pathToFileURL(join(folder, "page/")));
    expect([...(files?.keys() ?? [])].toSorted()).toEqual(["assets/index-Ab3_xY-9.js", "icon.svg", "index.html"]);
    const many = join(folder, "many");
    await mkdir(many);
    await Promise.all(Array.from({ length: 501 }, (_, at) => writeFile(join(many, `${String(at)}.txt`), "")));
    await expect(readPages(pathToFileURL(`${many}/`))).rejects.toMatchObject({ code: "InvalidField" });
  });
});
