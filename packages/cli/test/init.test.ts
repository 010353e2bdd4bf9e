import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { FakeOpenAiUpstream } from "@caio/fakes";
import { describe, expect, it, onTestFinished } from "vitest";

import { init } from "../src/commands/init.ts";
import type { Person } from "../src/init/interview.ts";
import { caio, caioIn, json } from "./support/run-command.ts";
import { serving } from "./support/serving.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

async function upstream(): Promise<FakeOpenAiUpstream> {
  const fake = await FakeOpenAiUpstream.start();
  onTestFinished(() => fake.stop());
  return fake;
}

/** A FAKE of a person: it gives these answers in order, those that are refused included, and then gives up. */
function fakePerson(answers: readonly string[]): Person & { readonly complaints: string[]; readonly shown: string[] } {
  const left = [...answers];
  const [complaints, shown]: [string[], string[]] = [[], []];
  return {
    complaints,
    text: (_question, { wrong }) => {
      for (;;) {
        const answer = left.shift();
        const complaint = answer === undefined ? undefined : wrong?.(answer);
        if (complaint === undefined) return Promise.resolve(answer);
        complaints.push(complaint);
      }
    },
    show: (title, text) => { shown.push(`${title}\n${text}`); },
    shown,
    choose: (_question, choices) => {
      const answer = left.shift();
      return Promise.resolve(choices.find(({ value }) => value === answer)?.value);
    },
  };
}

const everything = [
  "--openai", "chat=https://models.example/v1,model=small-1,key=CHAT_KEY", "--openai", "near=http://10.0.0.7:8000/v1/",
  "--http", "mail=http://127.0.0.1:9000/send,capability=mail.send", "--mcp", "files=npx -y some-server /srv/it's \"here\",tools=read_text_file|listDirectory,key=FILES_KEY", "--mcp", "web=http://[::1]:3000/mcp,tools=fetch",
];

describe("caio init", () => {
  it("writes what serve runs and curl reaches", async () => {
    const fake = await upstream();
    const folder = join(await temporaryFolder({}), "new");
    const written = await caio("init", folder, "--openai", `chat=${fake.baseUrl},model=fake-1,key=CHAT_KEY`, "--yes");
    expect([written.code, written.err]).toEqual([0, ""]);
    expect(written.out).toContain("npx caio serve --env-file .env");
    const checked = await caio("validate", ...["caio.yaml", "policy.yaml", "contracts/chat.yaml"].map((name) => join(folder, name)));
    expect([checked.code, checked.out.match(/: ok/g)?.length, checked.out.includes("warning")]).toEqual([0, 3, false]);
    expect(await readFile(join(folder, ".env.example"), "utf8")).toContain("CHAT_KEY=\n");
    const ended = await serving(folder, async ({ address, services, admin_key }) => {
      expect(services).toBe(1);
      const ask = async (key: string): Promise<Response> => fetch(`${address}/v1/chat/completions`, { method: "POST", headers: { authorization: `Bearer ${key}`, "content-type": "application/json" }, body: '{"model":"caio:auto","messages":[{"role":"user","content":"Hello"}]}' });
      const answer = await ask(admin_key ?? "");
      expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ model: "fake-1" })]);
      expect(fake.headers.at(-1)?.authorization).toBe("Bearer the-secret");
      const made = await caioIn({ CAIO_URL: address, CAIO_KEY: admin_key ?? "" }, "key", "make", "--subject", "app", "--tenant", "default", "--permission", "services");
      expect((await ask(made.out.trim())).status).toBe(200);
    }, { CHAT_KEY: "the-secret" });
    expect(ended.code).toBe(0);
  }, 60_000);

  it("writes contracts of every kind, all valid, and names secrets without having any", async () => {
    const folder = await temporaryFolder({});
    const { code, out } = await caio("init", folder, ...everything, "--port", "9001", "--json");
    expect([code, json(out)]).toEqual([0, expect.objectContaining({ secrets: ["CHAT_KEY", "FILES_KEY"], files: ["caio.yaml", "policy.yaml", "contracts/chat.yaml", "contracts/near.yaml", "contracts/mail.yaml", "contracts/files.yaml", "contracts/web.yaml", ".env.example", ".gitignore"] })]);
    const contracts = (await readdir(join(folder, "contracts"))).map((name) => join(folder, "contracts", name));
    const checked = await caio("validate", join(folder, "caio.yaml"), join(folder, "policy.yaml"), ...contracts);
    expect([checked.code, checked.out.includes("warning")]).toEqual([0, false]);
    const configuration = await readFile(join(folder, "caio.yaml"), "utf8");
    expect(configuration).toContain('egress: ["http://10.0.0.7:8000"]');
    expect(configuration).toContain('files: { command: "npx", args: ["-y", some-server, "/srv/it\'s", "\\"here\\""], environment: [FILES_KEY] }');
    const found = await caio("discover", "--contracts", join(folder, "contracts"));
    for (const line of [/near .*private_cloud/, /chat .*external/, /mail .*mail\.send .*local .*free/, /files .*tools\.files\.listdirectory, tools\.files\.read_text_file/, /web .*local/]) expect(found.out).toMatch(line);
    await serving(folder, ({ services }) => { expect(services).toBe(5); return Promise.resolve(); });
  }, 60_000);

  it("serves without services, too", async () => {
    const folder = await temporaryFolder({});
    expect((await caio("init", folder, "--yes")).code).toBe(0);
    await serving(folder, ({ services }) => { expect(services).toBe(0); return Promise.resolve(); });
  }, 60_000);

  it("overwrites nothing, and writes nothing that is wrong", async () => {
    const folder = await temporaryFolder({ "policy.yaml": "mine" });
    const refused = await caio("init", folder, "--yes");
    expect([refused.code, refused.err, await readdir(folder)]).toEqual([2, expect.stringContaining("nothing is overwritten"), ["policy.yaml"]]);
    const empty = await temporaryFolder({});
    const secret = "sk-0123456789abcdef";
    for (const options of [
      ["--openai", "Chat=http://x/v1"], ["--openai", "chat=ftp://x"], ["--openai", "chat=http://user:pw@x/v1"], ["--openai", `chat=http://x/v1,key=${secret}`], ["--openai", "chat=http://x/v1,tools=a"], ["--openai", "nothing"],
      ["--openai", "chat=http://x/v1,model=two words"], ["--http", "api=http://x/"], ["--http", "api=http://x/y,capability=Not One"], ["--mcp", "m=http://x/mcp"], ["--mcp", "m=,tools=a"], ["--openai", "a=http://x/v1", "--http", "a=http://x/y"], [],
    ]) {
      const run = await caio("init", empty, ...options);
      expect([options, run.code]).toEqual([options, 2]);
      expect(run.out + run.err).not.toContain(secret);
    }
    expect(await readdir(empty)).toEqual([]);
  });

  it.each([
    [["--openai", "chat=ftp://x"], "--openai chat=…: found an address with ftp:, expected http://HOST/PATH or https://HOST/PATH, without a name, a password or a query. Write it like this: --openai \"chat=https://"],
    [["--http", "api=http://user:sk-secret@x/v1"], "--http api=…: found an address with a name or a password, expected http"],
    [["--openai", "chat=http://x/v1?key=sk-secret"], "--openai chat=…: found an address with a query or a mark, expected http"],
    [["--openai", "chat=sk-secret"], "--openai chat=…: found what is no address, expected http"],
    [["--openai", "a=https://x/v1,prce=1/2"], "--openai a=…: found prce=, expected model= and key= and region= and price=. Write"],
    [["--openai", "sk-secret"], "--openai: found no name and no =, expected NAME=URL. Write"],
    [["--openai", "http://user:sk-secret@x/v1?version=1"], "--openai: found what is no name, expected a name of a-z, 0-9 and -. Write"],
    [["--mcp", "http://x/mcp?key=sk-secret,tools=a"], "--mcp: found what is no name, expected a name"],
    [["--openai", `sk-secret-Of_Somebody-${"x".repeat(20)}=https://x/v1`], "--openai: found what is no name, expected a name of a-z, 0-9 and -. Write"],
    [["--openai", `sk-secret-${"0".repeat(20)}=nowhere`], "--openai: found what is no address, expected"],
  ])("%j: says where, what was found and expected, and how to write it; a secret is not repeated", async (options, message) => {
    const run = await caio("init", await temporaryFolder({}), ...options);
    expect([run.code, run.err]).toEqual([2, expect.stringContaining(message)]);
    expect(run.err).not.toContain("sk-secret");
  });
});

const wishes = ["balanced", "here", ""];

describe("the interview", () => {
  const run = async (person: Person): Promise<{ code: number; folder: string }> => {
    const folder = await temporaryFolder({});
    const terminal = { write: () => undefined, writeError: () => undefined, colours: false, interactive: true, signal: new AbortController().signal };
    return { code: await init({ folder, person }, { terminal, door: { now: () => 0, freshKey: () => "" } }), folder };
  };

  it("asks until there are no more services, and says what is wrong with an answer", async () => {
    const person = fakePerson(["openai", "Chat", "chat", "no address", "http://127.0.0.1:11434/v1", "", "sk-secret-0123456789", "CHAT_KEY", "mcp", "chat", "files", "npx some-server /srv", "read_file, list", "", "http", "api", "http://127.0.0.1:1/x", "api.call", "", "none", ...wishes, "show", "write"]);
    const { code, folder } = await run(person);
    expect([code, (await readdir(join(folder, "contracts"))).sort()]).toEqual([0, ["api.yaml", "chat.yaml", "files.yaml"]]);
    expect(person.complaints).toHaveLength(4);
    expect(person.shown[0]).toContain("contracts/files.yaml");
    expect(person.shown.join()).toContain("caio_policy: 1");
    expect(person.complaints.join()).not.toContain("sk-secret");
    expect(await readFile(join(folder, "contracts", "files.yaml"), "utf8")).toContain('tool: "list"');
  });

  it("writes nothing if the person gives up", async () => {
    for (const answers of [["openai", "chat"], ["none", "good", "region", "eu"], ["none", ...wishes, "stop"]]) {
      const { code, folder } = await run(fakePerson(answers));
      expect([answers, code, await readdir(folder)]).toEqual([answers, 130, []]);
    }
  });
});

describe("the policy", () => {
  it.each(["balanced", "cheap", "good", "fast"].flatMap((style) => [["here"], ["region", "eu"], ["anywhere"]].map(([personal = "", region]) => [style, personal, region] as const)))("is valid: %s, personal data %s %s", async (style, personal, region) => {
    const folder = await temporaryFolder({});
    const options = ["--style", style, "--personal", personal, "--budget", "0.05", ...(region === undefined ? [] : ["--region", region])];
    const written = await caio("init", folder, "--yes", ...options);
    expect([written.code, written.err]).toEqual([0, ""]);
    const checked = await caio("validate", join(folder, "policy.yaml"));
    expect([checked.code, checked.out.includes("warning")]).toEqual([0, false]);
  });

  it("keeps personal data in a region, and on this machine, and says of whom no price is known", async () => {
    const folder = await temporaryFolder({});
    const services = ["--openai", "far=https://far.example/v1,model=m,price=0.15/0.60,region=us", "--openai", "near=https://near.example/v1,model=m,region=eu", "--openai", "here=http://127.0.0.1:9/v1,model=m"];
    const { code, out } = await caio("init", folder, ...services, "--region", "eu", "--budget", "1");
    expect([code, out]).toEqual([0, expect.stringMatching(/No price is known of near:/)]);
    expect(await readFile(join(folder, "contracts/far.yaml"), "utf8")).toContain("cost: { model: per_token, input_token: 0.00000015, output_token: 0.0000006, currency: USD }");
    const request = { caio_request: 1, intent: { text: "x" }, requirements: { capabilities: [{ type: "inference.chat" }] }, data: { labels: ["personal"] }, size: { input_tokens: 10, max_output_tokens: 10 } };
    await writeFile(join(folder, "request.json"), JSON.stringify(request));
    await writeFile(join(folder, "asker.json"), JSON.stringify({ subject: "a", issuer: "local", tenant: "default", permissions: ["services"], trust: 0, evidence: { method: "local" } }));
    const decided = await caio("route", join(folder, "request.json"), "--contracts", join(folder, "contracts"), "--policy", join(folder, "policy.yaml"), "--principal", join(folder, "asker.json"), "--test-key", "1");
    expect([decided.code, decided.out.match(/^(far|near|here) .*?(chosen|step \d \S+)/gm)?.map((line) => line.replace(/ +/g, " "))]).toEqual([0, ["far m step 2 rule:personal-in-eu", "here m chosen", expect.stringMatching(/^near m step \d/)]]);
  });

  it.each([["--budget", "0"], ["--budget", "much"], ["--region", "EU"], ["--personal", "here", "--region", "eu"], ["--style", "cheapest"], ["--personal", "mars"]])("does not take %s %s", async (...options) => {
    const folder = await temporaryFolder({});
    expect([(await caio("init", folder, "--yes", ...options)).code, await readdir(folder)]).toEqual([2, []]);
  });
});
