import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { FakeOpenAiUpstream } from "@caio/fakes";
import { describe, expect, it, onTestFinished } from "vitest";

import { textWidth } from "../src/present/text-width.ts";
import { following } from "./support/following.ts";
import { caio, caioIn, json } from "./support/run-command.ts";
import { serving } from "./support/serving.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const contract = (base: string): string => JSON.stringify({
  service_id: "chat", version: "1.0.0", capabilities: ["inference.chat"], models: [{ id: "fake-1" }], cost: { model: "per_request", base_cost: "0.01", currency: "USD" },
  access: { required_permissions: ["caio.admin"] }, privacy: { data_locality: "local" }, api: { protocol: "openai", base_url: base },
});

interface Asked {
  readonly address: string;
  readonly admin: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Asks the gateway for an answer; the id of the decision. */
  readonly ask: (model?: string) => Promise<string>;
}

/** A gateway before a fake model, and who asks it. */
async function asked(use: (terms: Asked) => Promise<void>): Promise<void> {
  const fake = await FakeOpenAiUpstream.start();
  onTestFinished(() => fake.stop());
  const folder = await temporaryFolder({ "caio.yaml": "caio_gateway: 1\nlog: { level: silent }\ncontracts: contracts\n", "contracts/chat.json": contract(fake.baseUrl) });
  await serving(folder, async ({ address, admin_key: key }) => {
    const headers = { authorization: `Bearer ${key ?? ""}`, "content-type": "application/json" };
    const ask = async (model = "caio:auto"): Promise<string> => {
      const answer = await fetch(`${address}/v1/chat/completions`, { method: "POST", headers, body: JSON.stringify({ model, messages: [{ role: "user", content: "the prompt of a person" }] }) });
      await answer.arrayBuffer();
      return answer.headers.get("caio-decision-id") ?? "";
    };
    await use({ address, admin: { CAIO_URL: address, CAIO_KEY: key ?? "" }, folder, ask });
  });
}

describe("caio decisions", () => {
  it("lists decisions whole in a file, and explains one from its receipt", async () => {
    await asked(async ({ admin, ask, folder }) => {
      expect((await caioIn(admin, "decisions")).out).toBe("No decisions yet.\n");
      const [chosen, refused] = [await ask(), await ask("no-such-model")];
      const list = await caioIn(admin, "decisions");
      expect([list.code, list.err]).toEqual([0, ""]);
      const [, newest = "", oldest = ""] = list.out.split("\n");
      expect([newest, oldest]).toEqual([expect.stringMatching(new RegExp(`${refused}  inference.chat  \\w+`)), expect.stringMatching(new RegExp(`${chosen}  inference.chat  chat/fake-1 .* ms, 0.01 `))]);
      expect((json((await caioIn(admin, "decisions", "--json", "--outcome", "refused")).out) as { decisions: unknown[] }).decisions).toEqual([expect.objectContaining({ id: refused, runner_up: null, promised: null })]);

      const bundle = join(folder, "one.caio.json");
      const one = await caioIn(admin, "decision", chosen, "--bundle", bundle);
      expect([one.code, one.err, one.out]).toEqual([0, "", expect.stringMatching(/^Chosen: chat\/fake-1[^]*Promise[^]*caio verify/)]);
      expect((await caio("verify", bundle, "--key", `${bundle}.pub`)).code).toBe(0);
      expect((await caioIn(admin, "decision", chosen.slice(0, 8))).out).toBe(one.out.replace(/\nIts receipt[^]*/, ""));
      expect((await caioIn(admin, "decision", `${refused.slice(0, 8)}…${refused.slice(-3)}`)).code).toBe(3);
      for (const [id, words] of [["xyz", "64 hex digits"], ["000000", "none of the last 200"], ["0".repeat(64), "No decision with this id"]] as const) {
        expect([id, await caioIn(admin, "decision", id)]).toEqual([id, { code: 2, out: "", err: expect.stringContaining(words) as string }]);
      }
      expect(list.out + one.out + (await readFile(bundle, "utf8"))).not.toContain("the prompt of a person");
    });
  }, 60_000);

  it("follows them, line by line into a file and as a page on a telephone, until it is told to stop", async () => {
    await asked(async ({ admin, ask }) => {
      const first = await ask();
      const [file, telephone, lines, usage] = [following(["decisions", "--watch"], { environment: admin }), following(["decisions", "--watch"], { environment: admin, columns: 40 }), following(["decisions", "--watch", "--json"], { environment: admin }), following(["discover", "--watch"], { environment: admin })];
      await Promise.all([file.until(new RegExp(first)), telephone.until(/Ctrl-C ends/), lines.until(/\n/), usage.until(/chat/)]);
      const second = await ask();
      await Promise.all([file.until(new RegExp(second)), telephone.until(new RegExp(`decision  ${second.slice(0, 10)}`)), lines.until(new RegExp(`\\n.*${second}`))]);
      expect(await Promise.all([file, telephone, lines, usage].map((each) => each.stop()))).toEqual([0, 0, 0, 0]);
      // With the day, so that no line is another one after midnight.
      expect(file.out().trim().split("\n").map((line) => line.split("  ").slice(0, 2))).toEqual([first, second].map((id) => [expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string, id]));
      for (const line of stripVTControlCharacters(telephone.out()).split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(40);
      for (const line of lines.out().trim().split("\n")) expect(json(line)).toMatchObject({ currency: "USD" });
      expect(usage.out()).toBe("chat  1.0.0  1  inference.chat  local  in use\n");
    });
  }, 60_000);

  it("goes on where a look fails, and says so once", async () => {
    const folder = await temporaryFolder({ "a.json": contract("http://127.0.0.1:9/v1") });
    const watch = following(["discover", "--contracts", folder, "--watch"]);
    await watch.until(/chat/);
    await writeFile(join(folder, "a.json"), "{ not one }");
    await watch.until(/waiting InvalidContract/);
    await writeFile(join(folder, "a.json"), contract("http://127.0.0.1:9/v1").replace("1.0.0", "1.1.0"));
    await watch.until(/chat {2}1\.1\.0/);
    expect([await watch.stop(), watch.err().match(/waiting/g)?.length]).toEqual([0, 1]);
    const nowhere = await caio("discover", "--contracts", join(folder, "no"), "--watch");
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining("NotFound")]);
  });
});

describe("caio key usage", () => {
  it("says what a key spent, and of how much", async () => {
    await asked(async ({ address, admin }) => {
      const made = await caioIn(admin, "key", "make", "--subject", "a", "--tenant", "default", "--permission", "chat", "--budget-day", "1", "--json");
      const { key_id: id } = json(made.out) as { key_id: string };
      const { code, out } = await caioIn(admin, "key", "usage", id);
      expect([code, out]).toEqual([0, expect.stringMatching(/^in UTC +spent +reserved +budget +left\nthis day +0 +0 +1 +1\nthis month +0 +0 +none\n$/)]);
      expect(address).toContain("127.0.0.1");
    });
  }, 60_000);
});
