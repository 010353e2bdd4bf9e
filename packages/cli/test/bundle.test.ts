import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { canonicalJson, type JsonObject, type JsonValue } from "@caio/core";
import { explainStatement } from "@caio/orchestrator";
import { signEnvelope, STATEMENT_PAYLOAD_TYPE, type DecisionStatement } from "@caio/traceability";
import { describe, expect, it } from "vitest";

import { bundleAlternativeLines } from "../src/present/bundle-explanation.ts";
import { testSigningKey } from "../src/proof/signing-key.ts";
import { inputsOf, kept, requestNames } from "./support/decisions.ts";
import { caio, example, json } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

async function mode(file: string): Promise<number> {
  return (await stat(file)).mode & 0o777;
}

interface Opened {
  readonly predicate: { readonly certificate: JsonObject; readonly disclosed: JsonObject };
}

async function opened(bundle: string): Promise<Opened> {
  const { payload } = json(await readFile(bundle, "utf8")) as { payload: string };
  return json(Buffer.from(payload, "base64").toString()) as Opened;
}

/** The bundle with its payload changed and signed anew with its own key, as an operator could. */
async function resigned(bundle: string, change: (text: string) => string): Promise<void> {
  const { payload } = json(await readFile(bundle, "utf8")) as { payload: string };
  const changed = change(Buffer.from(payload, "base64").toString());
  await writeFile(bundle, canonicalJson(signEnvelope(STATEMENT_PAYLOAD_TYPE, Buffer.from(changed), [testSigningKey(7)])));
}

describe.each(requestNames)("the decision of example request %s", (name) => {
  it("is written, verified, replayed and explained", async () => {
    const { bundle, key, world, run } = await kept(name);
    expect([0, 3]).toContain(run.code);
    expect(run.out).toContain(`caio verify ${bundle} --key ${key}`);
    const verified = await caio("verify", bundle, "--key", key);
    expect(verified.out).toContain("Valid: all ");
    expect(verified.code).toBe(0);
    const replayed = await caio("replay", bundle, "--world", world);
    expect(replayed).toMatchObject({ code: 0, out: expect.stringContaining("Identical") as string });
    const [alone, withWorld, ofRequest] = [
      await caio("explain", bundle, "--key", key),
      await caio("explain", bundle, "--world", world),
      await caio("explain", ...inputsOf(name)),
    ];
    for (const each of [alone, withWorld, ofRequest]) expect(each.code).toBe(run.code);
    const fallen = (text: string): string => /\nWho fell, and where\n[^]*?\n\n/.exec(text)?.[0] ?? "";
    expect(fallen(alone.out)).toBe(fallen(withWorld.out));
    expect(fallen(ofRequest.out)).toBe(fallen(withWorld.out));
    expect(alone.out).toContain("A bundle does not tell");
    expect(withWorld.out).toMatch(/Nearest: |No single requirement/);
  });
});

describe("route --bundle", () => {
  it("gives the same bytes for the same test key, and keeps what is secret to its owner", async () => {
    const [one, other] = [await kept("plain"), await kept("plain")];
    for (const file of ["bundle", "key", "world"] as const) expect(await readFile(one[file], "utf8")).toBe(await readFile(other[file], "utf8"));
    expect([await mode(one.world), await mode(one.bundle)]).toEqual([0o600, 0o644]);
    expect(one.run.out).toContain("It holds the request whole and the decision key");
    expect(one.run.out).toContain("published test key");
  });

  it("makes a key that is not there, and signs with the one that is", async () => {
    const { bundle, key, folder } = await kept("plain");
    const pem = join(folder, "key.pem");
    const before = await readFile(key, "utf8");
    expect((await caio("route", ...inputsOf("plain"), "--bundle", bundle, "--key", pem)).out).toContain("Made a new signing key");
    const made = await readFile(key, "utf8");
    expect(made).not.toBe(before);
    expect(await mode(pem)).toBe(0o600);
    const again = await caio("route", ...inputsOf("plain"), "--bundle", bundle, "--key", pem, "--origin", "other.example/log");
    expect(again.out + again.err).not.toContain("Made");
    expect(await readFile(key, "utf8")).toMatch(/^other\.example\/log\+/);
    expect((await caio("verify", bundle, "--key", key)).code).toBe(0);
    expect([again.out, again.err].join("")).not.toContain("PRIVATE");
    await writeFile(key, before);
    expect((await caio("verify", bundle, "--key", key)).out).toMatch(/envelope\.signature\s+FAIL/);
  });

  it("signs with a fresh key where none is named", async () => {
    const options = inputsOf("plain").slice(0, -2);
    const bundle = join(await temporaryFolder({}), "b.caio.json");
    expect((await caio("route", ...options, "--bundle", bundle)).out).toContain("which is not kept");
    expect((await caio("verify", bundle, "--key", `${bundle}.pub`)).code).toBe(0);
  });

  it("opens and withholds the paths that are named, and knows no others", async () => {
    const more = await kept("plain", "--disclose", "intent.text,name", "--withhold", "requirements.guarantees");
    const { disclosed } = (await opened(more.bundle)).predicate;
    expect(Object.keys(disclosed)).toEqual(expect.arrayContaining(["intent.text", "name"]));
    expect(disclosed).not.toHaveProperty(["requirements.guarantees"]);
    const { code, out } = await caio("verify", more.bundle, "--key", more.key);
    expect(code).toBe(0);
    expect(out).toContain("as a whole withheld");
    const words = await caio("explain", more.bundle);
    expect(words.out).toContain("it withholds paths that verdicts depend on");
    expect(words.out).toContain("lid-franc: step 1, guarantees: does not guarantee what is asked");
    expect((await kept("plain", "--disclose", "no.such.path")).run).toMatchObject({ code: 2, err: expect.stringContaining("no.such.path") as string });
  });

  it.each([[["--key", "k.pem"]], [["--origin", "a.example"]], [["--disclose", "name"]], [["--log", "l"]]])("refuses %j with nothing that it belongs to", async (options) => {
    const args = options[0] === "--log" ? inputsOf("plain").slice(0, -2) : inputsOf("plain");
    expect(await caio("route", ...args, ...options)).toMatchObject({ code: 2, out: "", err: expect.stringContaining("error InvalidRequest") as string });
  });
});

describe("verify", () => {
  it("lists every check if asked to, and as JSON", async () => {
    const { bundle, key } = await kept("plain");
    const { checks, valid } = json((await caio("verify", bundle, "--key", key, "--json")).out) as { checks: { name: string }[]; valid: boolean };
    expect(valid).toBe(true);
    const full = (await caio("verify", bundle, "--key", key, "--full")).out;
    for (const { name } of checks) expect(full).toContain(name);
  });

  it("says that a decision under a published test key is a test, and nothing of one that is none", async () => {
    const line = "Test: the decision was made under a published test key; anybody could have made it.\n";
    const { bundle, key } = await kept("plain");
    expect(await caio("verify", bundle, "--key", key)).toMatchObject({ code: 0, out: expect.stringContaining(line) as string });
    expect(json((await caio("verify", bundle, "--key", key, "--json")).out)).toMatchObject({ valid: true, test: true });
    await caio("route", ...inputsOf("plain").slice(0, -2), "--bundle", bundle);
    expect((await caio("verify", bundle, "--key", key)).out).not.toContain("Test:");
    expect(json((await caio("verify", bundle, "--key", key, "--json")).out)).toMatchObject({ valid: true, test: false });
  });

  it.each([
    ["statement.subject", (text: string) => text.replace('"tie":"', '"tie":"0').replace(/("tie":"0[0-9a-f]{63})[0-9a-f]/, "$1")],
    ["statement.canonical", (text: string) => ` ${text}`],
    ["envelope.signature", undefined],
  ] as const)("names %s of a bundle that was tampered with, exit 1", async (check, change) => {
    const { bundle, key } = await kept("plain");
    if (change === undefined) await writeFile(bundle, (await readFile(bundle, "utf8")).replace(/"sig":"(.)/, (_, first: string) => `"sig":"${first === "A" ? "B" : "A"}`));
    else await resigned(bundle, change);
    const { code, out } = await caio("verify", bundle, "--key", key);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`${check.replace(".", "\\.")}\\s+FAIL`));
    expect(out).toContain("Invalid: ");
    const explained = await caio("explain", bundle, "--key", key);
    expect(explained).toMatchObject({ code: 1, out: expect.stringContaining(check) as string });
  });

  it("says of a version that it does not know that it is unchecked, exit 2", async () => {
    const { bundle, key, world } = await kept("plain");
    await resigned(bundle, (text) => text.replace('"caio-route/1"', '"caio-route/9"'));
    const replayed = await caio("replay", bundle, "--world", world);
    expect(replayed).toMatchObject({ code: 1, out: expect.stringContaining("Other version") as string });
    // Its digests are those of another certificate, so it is no honest bundle of that version either.
    expect((await caio("verify", bundle, "--key", key)).code).toBe(1);
  });

  it.each([["no JSON at all", "hello"], ["nothing", ""], ["null", "null"], ["a list", "[]"], ["an object without members", "{}"]])("cannot use %s as a bundle, exit 2", async (_, text) => {
    const { bundle, key } = await kept("plain");
    await writeFile(bundle, text);
    expect(await caio("verify", bundle, "--key", key)).toMatchObject({ code: 2, out: expect.stringContaining("Unusable: this is no bundle") as string });
  });

  it.each([["no key", ""], ["a private key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"], ["a huge file", "A".repeat(10_000)]])("cannot use %s as a key, exit 2", async (_, text) => {
    const { bundle, folder } = await kept("plain");
    const file = join(folder, "key");
    await writeFile(file, text);
    expect(await caio("verify", bundle, "--key", file)).toMatchObject({ code: 2, err: expect.stringContaining("InvalidProof") as string });
  });
});

describe("replay", () => {
  it("names the first difference to the world of another decision, exit 1", async () => {
    const [one, other] = [await kept("plain"), await kept("less-cost")];
    const { code, out } = await caio("replay", one.bundle, "--world", other.world);
    expect(code).toBe(1);
    expect(out).toMatch(/Different: first at \/\w/);
    expect(json((await caio("replay", one.bundle, "--world", other.world, "--json")).out)).toMatchObject({ kind: "different" });
    const explained = await caio("explain", one.bundle, "--world", other.world);
    expect(explained).toMatchObject({ code: 2, err: expect.stringContaining("the world of another decision") as string });
  });
});

describe("explain", () => {
  it("gives the exact counterfactuals of a request, and of a bundle with its world, as JSON", async () => {
    const { bundle, world } = await kept("plain");
    const ofRequest = json((await caio("explain", ...inputsOf("plain"), "--json")).out) as { counterfactuals: { flips: JsonObject[] } };
    const ofBundle = json((await caio("explain", bundle, "--world", world, "--json")).out) as { counterfactuals: { flips: JsonObject[] } };
    expect(ofBundle.counterfactuals.flips).toEqual(ofRequest.counterfactuals.flips);
    expect(ofRequest.counterfactuals.flips.map(({ change }) => change)).toContainEqual(expect.objectContaining({ kind: "guarantee", place: "requirements.guarantees[0]" }));
    const alone = json((await caio("explain", bundle, "--json")).out) as { weightFlips: { change: JsonObject }[] };
    const weights = ofRequest.counterfactuals.flips.map(({ change }) => change as JsonObject).filter(({ kind }) => kind === "weight");
    expect(alone.weightFlips.map(({ change }) => change)).toEqual(expect.arrayContaining(weights));
    expect(alone.weightFlips).toHaveLength(weights.length);
  });

  it("says of a refusal what alone would have let a service be chosen", async () => {
    const { out } = await caio("explain", ...inputsOf("legal-text"));
    expect(out).toContain("Nearest: without the rule legal-on-device of policy house: ");
  });

  it("explains what it can of a policy with a condition that only the verifier takes", async () => {
    const { predicate } = (await opened((await kept("plain")).bundle)) as unknown as DecisionStatement;
    const [base, ...named] = predicate.policies;
    const rule = { id: "always", priority: 1, when: "!!true", effect: { kind: "deny", condition: "false" }, reason: "Never." };
    const policies = [{ ...base, rules: [...((base?.["rules"] ?? []) as JsonValue[]), rule] }, ...named];
    const [read, unread] = [explainStatement(predicate), explainStatement({ ...predicate, policies })];
    expect(unread).toMatchObject({ weightFlips: read.weightFlips, obstacles: undefined, unreadPolicies: ["house"] });
    expect(read).toMatchObject({ unreadPolicies: [], obstacles: expect.anything() as unknown });
    expect(bundleAlternativeLines(unread)).toContainEqual("What leaving out a rule would change could not be computed: policy house has a condition that this program does not load.");
  });

  it("tells the lot from a reason", async () => {
    const folder = await temporaryFolder({ "policy.yaml": `${await readFile(example("policy.yaml"), "utf8")}exploration: { epsilon: 1, max_loss: 10 }\n` });
    const lots = await Promise.all(["1", "2", "3", "4", "5", "6"].map(async (key) => (await caio("explain", ...inputsOf("plain"), "--policy", join(folder, "policy.yaml"), "--test-key", key)).out));
    expect(lots.some((out) => out.includes("The lot of exploration: without it lid-fasttext would have been chosen"))).toBe(true);
    const bundle = join(folder, "b.caio.json");
    const drawn = String(lots.findIndex((out) => out.includes("The lot of exploration")) + 1);
    await caio("route", ...inputsOf("plain"), "--policy", join(folder, "policy.yaml"), "--test-key", drawn, "--bundle", bundle);
    expect((await caio("explain", bundle)).out).toContain("The lot of exploration: without it lid-fasttext");
  });

  it("needs contracts and a policy for a request", async () => {
    expect(await caio("explain", example("requests/plain.json"))).toMatchObject({ code: 2, err: expect.stringContaining("--contracts DIR and --policy FILE") as string });
  });
});

describe("hostile files", () => {
  it.each([
    ["cut", async (bundle: string) => (await readFile(bundle, "utf8")).slice(0, 20_000)],
    ["empty", () => Promise.resolve("")],
    ["another kind", () => readFile(inputsOf("plain")[0] ?? "", "utf8")],
    ["nested", () => Promise.resolve("[".repeat(1_000_000))],
    ["nested inside", () => Promise.resolve(JSON.stringify({ payloadType: STATEMENT_PAYLOAD_TYPE, payload: Buffer.from("[".repeat(1_000_000)).toString("base64"), signatures: [{ keyid: "00", sig: "" }] }))],
    ["huge", () => Promise.resolve("x".repeat(33_554_433))],
    ["no UTF-8", () => Promise.resolve(new Uint8Array([0xff, 0xfe, 0x00]))],
  ] as const)("%s: every command ends with words and the code that it promises", async (_, content) => {
    const { bundle, key, world } = await kept("plain");
    await writeFile(bundle, await content(bundle));
    const verified = await caio("verify", bundle, "--key", key);
    expect(verified.code).toBe(2);
    expect(verified.out + verified.err).toMatch(/Unusable: |error /);
    expect((await caio("replay", bundle, "--world", world)).code).toBe(2);
    expect([1, 2]).toContain((await caio("explain", bundle)).code);
  });

  it.each([["cut", "{"], ["another kind", '{"caio_request":1}'], ["nested", "[".repeat(1_000_000)], ["nested and closed", `${"[".repeat(100_000)}${"]".repeat(100_000)}`]])("a world that is %s cannot be used", async (_, text) => {
    const { bundle, world } = await kept("plain");
    await writeFile(world, text);
    expect((await caio("replay", bundle, "--world", world)).code).toBe(2);
    expect((await caio("explain", bundle, "--world", world)).code).toBe(2);
  });
});
