import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { cosignCheckpoint, generateSigningKey, KeyRing, withSignatures, witnessKey } from "@caio/traceability";
import { verifyBundle } from "@caio/verifier";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { bundleDecision, decideWorld } from "../faults/scenario/world-bundle.ts";
import { randomWorld } from "../worlds/random-world.ts";
import { verifiedByPython, withoutPython } from "./support/python-verifier.ts";

const log = KeyRing.of("caio.example/eu-1", generateSigningKey());
const witness = KeyRing.of("caio.example/eu-2", generateSigningKey()).signer;
const stranger = KeyRing.of("caio.example/eu-3", generateSigningKey()).signer;
const [key, strange] = [witness, stranger].map((signer) => witnessKey(signer).toString());
const TIME = 1_764_000_000;
const SAID = "witnessed by caio.example/eu-2 at 2025-11-24T16:00:00.000Z, as the largest consistent head that it had seen of this log";

const decided = decideWorld(randomWorld(3));
const plain = await bundleDecision(decided, log);
const bundles = {
  plain,
  cosigned: await bundleDecision(decided, log, (note) => withSignatures(note, [cosignCheckpoint(note, stranger, TIME - 9), cosignCheckpoint(note, witness, TIME - 5), cosignCheckpoint(note, witness, TIME)])),
  forged: await bundleDecision(decided, log, (note) => withSignatures(note, [cosignCheckpoint(note.replace(/\n\d+\n/, "\n7\n"), witness, TIME)])),
};
const publicKey = log.verifiers[0]?.toString() ?? "";

async function told(bundle: string, ...witnesses: readonly string[]): Promise<readonly unknown[]> {
  const { valid, checks, conclusion } = await verifyBundle(bundle, { publicKey, witnesses });
  return [valid, conclusion, ...checks.filter(({ name }) => name.startsWith("log.witness")).map(({ name, verdict, standing, detail }) => [name, verdict, standing, detail])];
}

describe("a checkpoint that others have cosigned", () => {
  it("is a checkpoint to who knows none of them", async () => {
    expect(await told(bundles.cosigned)).toEqual([true, "attested"]);
    expect(await told(bundles.forged)).toEqual([true, "attested"]);
  });

  it("is witnessed to who has the key of one: proved, by the latest word", async () => {
    expect(await told(bundles.cosigned, key ?? "")).toEqual([true, "attested", ["log.witness.caio.example/eu-2", "pass", "proved", SAID]]);
    expect(await told(bundles.cosigned, strange ?? "", key ?? "")).toHaveLength(4);
  });

  it("is not witnessed by the log's own key", async () => {
    const own = witnessKey(log.signer).toString();
    expect(await told(bundles.cosigned, own)).toEqual([true, "attested"]);
    expect(await told(bundles.plain, own, key ?? "")).toHaveLength(3);
  });

  it("is not, where the witness has said nothing: nothing is wrong, and nothing shown", async () => {
    const [valid, conclusion, check] = await told(bundles.plain, key ?? "");
    expect([valid, conclusion, check]).toEqual([true, "withheld", ["log.witness.caio.example/eu-2", "pass", "withheld", "not witnessed by caio.example/eu-2: the checkpoint has no line of this key"]]);
  });

  it("is refused where a word of a known witness does not hold, or what is given is no key of one", async () => {
    expect((await told(bundles.forged, key ?? ""))[0]).toBe(false);
    for (const wrong of ["", "x", publicKey.replace("eu-1", "eu-2"), (key ?? "").replace("eu-2", "eu-4"), `${key ?? ""}A`]) expect((await told(bundles.cosigned, wrong))[0]).toBe(false);
  });
});

describe("a bundle that one instance signs, of a decision in the log of another", () => {
  const other = KeyRing.of("caio.example/eu-2", generateSigningKey());
  const both = [...log.verifiers, ...other.verifiers].map(String);

  it("is valid to who has the keys of both, and to nobody who has one of them alone", async () => {
    const bundle = await bundleDecision(decided, log, (note) => note, other.signer.key);
    expect((await verifyBundle(bundle, { publicKey: both })).valid).toBe(true);
    const failed = async (key: readonly string[]): Promise<readonly string[]> => (await verifyBundle(bundle, { publicKey: key })).checks.filter(({ verdict }) => verdict === "fail").map(({ name }) => name);
    expect(await failed(both.slice(0, 1))).toEqual(["envelope.key", "envelope.signature"]);
    expect(await failed(both.slice(1))).toEqual(["log.checkpoint"]);
    expect(await failed([])).toContain("key.form");
    expect(await failed([...both, "x"])).toContain("key.form");
  });

  it.skipIf(withoutPython())("is so to the verifier in Python", async () => {
    const folder = await mkdtemp(join(tmpdir(), "caio-keys-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "bundle"), await bundleDecision(decided, log, (note) => note, other.signer.key));
    for (const [name, keys, valid] of [["both", both, true], ["one", both.slice(0, 1), false], ["other", both.slice(1), false]] as const) {
      await writeFile(join(folder, name), keys.map((each) => `${each}\n`).join(""));
      expect(verifiedByPython(join(folder, "bundle"), "--key", join(folder, name)).valid).toBe(valid);
    }
  });
});

describe.skipIf(withoutPython())("the verifier in Python", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "caio-witness-"));
    await writeFile(join(folder, "log.pub"), `${publicKey}\n`);
    await writeFile(join(folder, "witnesses.pub"), `${witnessKey(log.signer).toString()}\n${key ?? ""}\n`);
    for (const [name, bundle] of Object.entries(bundles)) await writeFile(join(folder, name), bundle);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it.each([
    ["cosigned", true, "pass", "proved", SAID],
    ["plain", true, "pass", "withheld", "not witnessed by caio.example/eu-2: the checkpoint has no line of this key"],
    ["forged", false, "fail", "proved", "its cosignature does not hold"],
  ])("says the same of the one that is %s", (name, valid, verdict, standing, detail) => {
    const report = verifiedByPython(join(folder, name), "--key", join(folder, "log.pub"), "--witness", join(folder, "witnesses.pub"));
    expect(report.valid).toBe(valid);
    expect(report.checks.filter(({ check }) => check.startsWith("witness"))).toEqual([{ check: "witness caio.example/eu-2", verdict, standing, detail }]);
  });
});
