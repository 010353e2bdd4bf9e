import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { loadRegistry } from "../src/index.ts";
import { caio, example, json } from "./support/run-command.ts";
import { caioProcess } from "./support/run-process.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const GOOD = "service_id: good\nversion: 1.0.0\ncapabilities: [echo]\naccess: { public: true }\ncost: { model: free }\n";

function withSchema(path: string): string {
  return `${GOOD}api: { protocol: inprocess, endpoints: [{ capability: echo, output_schema: ${JSON.stringify(path)} }] }\n`;
}

describe("a folder of contracts", () => {
  it("is discovered by what is asked", async () => {
    const { code, out } = await caio("discover", "--contracts", example("contracts"), "--capability", "language", "--text", "trigram");
    expect(code).toBe(0);
    expect(out).toContain("lid-franc");
    expect(out).not.toContain("lid-eld");
    const machines = await caio("discover", "--contracts", example("contracts"), "--tag", "mcp", "--json");
    const ids = ["mcp-everything", "mcp-filesystem", "mcp-memory"];
    expect(json(machines.out)).toMatchObject(ids.map((id) => ({ contract: { service_id: id } })));
  });

  it("shows no service to a tenant that its contract does not name", async () => {
    const folder = await temporaryFolder({ "a.yaml": GOOD.replace("public: true", "public: true, tenants: [acme]") });
    expect((await caio("discover", "--contracts", folder)).out).toBe("No service matches.\n");
    expect((await caio("discover", "--contracts", folder, "--tenant", "acme")).out).toContain("good");
  });

  it("names the problems of all files, and loads none of them", async () => {
    const folder = await temporaryFolder({ "a.yaml": "service_id: UP\n", "b.json": "{", "c.yaml": GOOD, "d.yaml": GOOD, "notes.txt": "[", ".hidden.yaml": "[" });
    const { code, err } = await caio("discover", "--contracts", folder);
    expect(code).toBe(2);
    for (const part of ["error InvalidContract:", "a.yaml:1:", "b.json:1:", 'd.yaml:1:1 service_id: found "good" a second time']) expect(err).toContain(part);
  });

  it("says so where there is none", async () => {
    expect((await caio("discover", "--contracts", await temporaryFolder({}))).err).toContain("no contract here");
    expect((await caio("discover", "--contracts", "nowhere")).err).toContain("error NotFound: nowhere");
  });

  it("puts schemas named by path into the contract", async () => {
    const folder = await temporaryFolder({ "a.yaml": withSchema("out.schema"), "out.schema": '{ "type": "string" }' });
    const registry = await loadRegistry(folder);
    expect(registry.service("good")?.contract.api.endpoints[0]?.outputSchema).toEqual({ type: "string" });
  });

  it("reads no schema outside of it, not even through a link", async () => {
    const outer = await temporaryFolder({ "outside.schema": '{ "type": "string" }' });
    const folder = join(outer, "contracts");
    await mkdir(folder);
    await writeFile(join(folder, "a.yaml"), withSchema("link.schema"));
    await symlink(join(outer, "outside.schema"), join(folder, "link.schema"));
    const { code, err } = await caio("discover", "--contracts", folder);
    expect(code).toBe(2);
    expect(err).toContain("expected a path below the folder of the contract");
  });

  it("refuses a schema that is none, or not there", async () => {
    const none = await temporaryFolder({ "a.yaml": withSchema("out.schema"), "out.schema": "[1]" });
    expect((await caio("discover", "--contracts", none)).err).toContain("expected a file that holds a JSON Schema");
    expect((await caio("discover", "--contracts", await temporaryFolder({ "a.yaml": withSchema("out.schema") }))).err).toContain("error NotFound");
  });
});

describe("a hostile folder, in a process of its own", () => {
  const hostile = {
    "brackets.yaml": "[".repeat(12_000),
    "huge.yaml": `service_id: a\n#${"x".repeat(10_000_000)}`,
    "aliases.yaml": "service_id: &a [1]\nb: [*a, *a]\n",
    "twice.yaml": `${GOOD}service_id: other\n`,
    "proto.yaml": `${GOOD}__proto__: { x: 1 }\n`,
    "nan.yaml": `${GOOD}guarantees: { availability: .nan }\n`,
    "zero.yaml": GOOD.replace("good", "g\u0000"),
  };

  it("is refused file by file with typed errors, nothing of it is loaded, and the process lives", async () => {
    const folder = await temporaryFolder({ ...hostile, "good.yaml": GOOD });
    const { code, out, err } = await caioProcess(["discover", "--contracts", folder]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^error InvalidContract: /);
    for (const name of Object.keys(hostile)) expect(err).toContain(`${name}:`);
    expect(err).not.toContain("good.yaml");
  }, 60_000);

  it("does not read a device or a folder", async () => {
    const folder = await temporaryFolder({});
    await symlink("/dev/zero", join(folder, "endless.yaml"));
    expect((await caio("discover", "--contracts", folder)).err).toContain("no regular file");
    const other = await temporaryFolder({});
    await mkdir(join(other, "folder.yaml"));
    expect((await caio("discover", "--contracts", other)).err).toContain("no regular file");
  });

  it("shows no control characters of a contract", async () => {
    const folder = await temporaryFolder({ "a.json": JSON.stringify({ service_id: "a", version: "1.0.0", name: "\u001b[31mred\u202e", capabilities: ["echo"] }) });
    const { out, err } = await caio("discover", "--contracts", folder);
    expect(out + err).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
  });
});
