import { chmod, readdir, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";

import { FakeOpenAiUpstream } from "@caio/fakes";
import { describe, expect, it, onTestFinished } from "vitest";

import { examineMachine } from "../src/doctor/examine-machine.ts";
import type { Finding } from "../src/doctor/finding.ts";
import { caio, caioIn, caioNow, json } from "./support/run-command.ts";
import { serving } from "./support/serving.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const SECRET = "sk-secret-0123456789";

interface Looked {
  readonly code: number;
  readonly text: string;
  readonly findings: readonly Finding[];
  /** The finding about this. */
  readonly about: (name: string) => Finding | undefined;
}

/** What the doctor finds in a folder; never a secret. */
async function look(folder: string, environment: Readonly<Record<string, string>> = {}, ...options: readonly string[]): Promise<Looked> {
  const { code, out, err } = await caioNow(environment, "doctor", folder, "--timeout", "3000", "--json", ...options);
  expect([err, out.includes(SECRET)]).toEqual(["", false]);
  const { findings } = json(out) as { findings: Finding[] };
  return { code, text: out, findings, about: (name) => findings.find(({ about }) => about === name) };
}

const contract = (base: string, more = ""): string => `service_id: chat\nversion: 1.0.0\ncapabilities: [inference.chat]\naccess: { public: true }\nprivacy: { data_locality: local }\napi: { protocol: openai, base_url: "${base}"${more} }\n`;
const configuration = "caio_gateway: 1\nlisten: { port: 0 }\nlog: { level: silent }\ncontracts: contracts\npolicy: policy.yaml\n";
const policy = "caio_policy: 1\nid: house\n";

describe("caio doctor", () => {
  it("finds nothing wrong in a folder that serves, and leaves it as it was", async () => {
    const fake = await FakeOpenAiUpstream.start({ healthy: true });
    onTestFinished(() => fake.stop());
    const folder = await temporaryFolder({ "caio.yaml": `${configuration}secrets: ["env:CHAT_KEY"]\n`, "policy.yaml": policy, "contracts/chat.yaml": contract(fake.baseUrl, ", auth: { scheme: bearer, secret: env:CHAT_KEY }") });
    const { code, findings, about } = await look(folder, { CHAT_KEY: SECRET });
    expect(findings.filter(({ level }) => level === "wrong")).toEqual([]);
    expect([code, about("CHAT_KEY"), about("chat")?.found]).toEqual([0, expect.objectContaining({ level: "ok", found: "set, for chat" }), expect.any(String)]);
    expect((await readdir(folder)).sort()).toEqual(["caio.yaml", "contracts", "policy.yaml"]);
    await serving(folder, () => Promise.resolve(), { CHAT_KEY: SECRET });
    const after = await look(folder, { CHAT_KEY: SECRET });
    expect([after.code, after.about("store")?.found, after.about("signing-key.pem")?.level]).toEqual([0, expect.stringMatching(/of this version; its log of \d+ entries fits/), "ok"]);
    // By a clock that was set back.
    const back = await caioIn({ CHAT_KEY: SECRET }, "doctor", folder);
    expect([back.code, back.out]).toEqual([1, expect.stringContaining("the clock was set back")]);
  }, 60_000);

  it("says what is wrong, where, and what to do", async () => {
    const folder = await temporaryFolder({
      "caio.yaml": `${configuration}secrets: ["env:CHAT_KEY", "file:/no/such/secret"]\nmcp_servers: { fs: { command: no-such-program-at-all, environment: [FS_KEY] } }\n`,
      "policy.yaml": policy,
      "contracts/chat.yaml": contract("http://127.0.0.1:9/v1", ", auth: { scheme: bearer, secret: env:OTHER_KEY }"),
      "contracts/fs.yaml": "service_id: fs\nversion: 1.0.0\ncapabilities: [tools.fs.list]\naccess: { public: true }\nprivacy: { data_locality: local }\napi: { protocol: mcp, transport: stdio, server: fs, endpoints: [{ capability: tools.fs.list, tool: list }] }\n",
      ".env": `CHAT_KEY=${SECRET}\n`,
      "caio-data/signing-key.pem": "no key",
      "caio-data/caio.db": "this is no database, however long it may be: ".repeat(40),
    });
    await chmod(join(folder, "caio-data"), 0o777);
    await chmod(join(folder, "caio-data", "signing-key.pem"), 0o644);
    const { code, findings, about } = await look(folder);
    expect(code).toBe(1);
    for (const [name, found, next] of [
      ["CHAT_KEY", /not set here, but in \.env/, /--env-file/], ["FS_KEY", /not set, and fs needs it/, /export FS_KEY/], ["/no/such/secret", /no such file/, /0600/],
      ["chat", /does not list/, /under secrets/], ["fs", /cannot be started/, /mcp_servers/], ["folder", /others may write into .*0777/, /chmod 700/], ["signing-key.pem", /0644/, /chmod 600/], ["signing key", /PEM/, /Restore/], ["store", /no CAIO store/, /Restore/],
    ] as const) expect([name, about(name)]).toEqual([name, expect.objectContaining({ found: expect.stringMatching(found) as string, next: expect.stringMatching(next) as string })]);
    expect(findings.filter(({ level, next }) => level !== "ok" && next === undefined)).toEqual([]);
    expect((await look(folder, {}, "--env-file", join(folder, ".env"))).about("CHAT_KEY")?.level).toBe("ok");
  }, 60_000);

  it.each([
    ["caio.yaml", "caio_gateway: 1\nlissten: {}\n", /caio\.yaml:2:1/], ["policy.yaml", "caio_policy: 1\nid: house\nweights: { costs: 1 }\n", /policy\.yaml:3:\d+/], ["contracts/chat.yaml", "service_id: chat\n", /chat\.yaml:1:1/],
    ["contracts/twice.yaml", contract("http://127.0.0.1:9/v1"), /second time/], ["policies/swiss.yaml", "caio_policy: 1\nid: swiss\ncurrency: CHF\nlimits: { budget: 1 }\n", /rates\.CHF/],
  ])("finds what is wrong in %s", async (name, text, where) => {
    const folder = await temporaryFolder({ "caio.yaml": configuration, "policy.yaml": policy, "contracts/chat.yaml": contract("http://127.0.0.1:9/v1"), [name]: text });
    const { code, findings } = await look(folder);
    expect([code, findings.find(({ part, level }) => part === "folder" && level === "wrong")?.found]).toEqual([1, expect.stringMatching(where)]);
  });

  it("knows a gateway from something else that listens, and looks at it", async () => {
    const folder = await temporaryFolder({ "caio.yaml": "caio_gateway: 1\nlog: { level: silent }\n" });
    await serving(folder, async ({ address }) => {
      const port = new URL(address).port;
      await writeFile(join(folder, "caio.yaml"), `caio_gateway: 1\nlisten: { port: ${port} }\nlog: { level: silent }\n`);
      const own = await look(folder);
      expect([own.about("store")?.found, own.about("certificate key")]).toEqual(["a gateway has it open", expect.objectContaining({ level: "ok", found: expect.stringContaining("signed the newest checkpoint") as string })]);
      const away = await look(await temporaryFolder({}), {}, "--url", address);
      expect([away.findings.map(({ part }) => part).includes("folder"), away.about("readiness")?.level, away.about("clock")?.level]).toEqual([false, "ok", "ok"]);
      const set = await caioIn({}, "doctor", await temporaryFolder({}), "--url", address);
      expect([set.code, set.out]).toEqual([1, expect.stringContaining("s apart")]);
    });
    const foreign = createServer((socket) => { socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi"); });
    await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => { foreign.close(); });
    const taken = await temporaryFolder({ "caio.yaml": `caio_gateway: 1\nlisten: { port: ${String((foreign.address() as AddressInfo).port)} }\n` });
    expect((await look(taken)).about("port")).toMatchObject({ level: "wrong", found: expect.stringContaining("something else listens") as string });
  }, 60_000);

  it("tells a gateway that is slow from one that is away", async () => {
    const silent = createServer((socket) => { socket.on("error", () => undefined); });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => { silent.close(); });
    const port = String((silent.address() as AddressInfo).port);
    const folder = await temporaryFolder({ "caio.yaml": `caio_gateway: 1\nlisten: { port: ${port} }\n` });
    expect((await look(folder, {}, "--timeout", "100")).about("port")).toMatchObject({ level: "wrong", found: `what listens on 127.0.0.1:${port} says nothing within 100 ms`, next: expect.stringContaining("--timeout") as string });
    const slow = await look(await temporaryFolder({}), {}, "--url", `http://127.0.0.1:${port}`, "--timeout", "100");
    expect(slow.about("gateway")?.found).toBe(`http://127.0.0.1:${port} says nothing within 100 ms`);
    const away = await look(await temporaryFolder({}), {}, "--url", "http://127.0.0.1:9");
    expect(away.about("gateway")?.found).toMatch(/^http:\/\/127\.0\.0\.1:9 does not answer \((?:ECONNREFUSED|bad port)\)$/);
  });

  it("tells people the same in words, and has no folder to look at", async () => {
    const folder = await temporaryFolder({});
    const { code, out } = await caio("doctor", folder);
    expect([code, out]).toEqual([1, expect.stringMatching(/✓ Node\.js[^]*✗ configuration[^]*→ Make one: caio init [^]*1 wrong\.\n$/)]);
    expect((await caio("doctor", folder, "--url", "ftp://x")).code).toBe(2);
  });
});

it("a clock that cannot be right, and an old Node.js, are wrong", () => {
  const found: Finding[] = [];
  examineMachine({ node: "18.20.1", now: 0 }, (finding) => void found.push(finding));
  examineMachine({ node: "22.1.0", now: Date.UTC(2026, 0, 1) }, (finding) => void found.push(finding));
  expect(found.map(({ about, level }) => [about, level])).toEqual([["Node.js", "wrong"], ["clock", "wrong"], ["Node.js", "ok"], ["clock", "ok"]]);
});
