import { describe, expect, it } from "vitest";

import { preAuthentication, verifyCheckpoint, verifyCheckpointBy, verifyCosignature } from "../src/index.ts";
import { sha256, Signer } from "./support/signer.ts";

const log = new Signer("caio.example/log");
const other = new Signer("caio.example/log");
const root = sha256("root");
const headOf = (size: string, hash = root.toString("base64")): string => `caio.example/log\n${size}\n${hash}\n`;
const head = headOf("7");
const note = (text: string, ...lines: readonly string[]): string => `${text}\n${lines.join("")}`;

describe("verifyCheckpoint", () => {
  it("gives the head that the key signed, whoever else signed it", async () => {
    const checkpoint = { origin: "caio.example/log", size: 7, root: new Uint8Array(root) };
    expect(await verifyCheckpoint(note(head, log.line(head)), log.key)).toEqual({ checkpoint });
    expect(await verifyCheckpoint(note(head, other.line(head), new Signer("witness", 4).cosign(head, 5n), log.line(head)), log.key)).toEqual({ checkpoint });
    expect(await verifyCheckpoint(note(headOf("0"), log.line(headOf("0"))), log.text)).toMatchObject({ checkpoint: { size: 0 } });
    expect((await verifyCheckpoint(note(headOf("9007199254740991"), log.line(headOf("9007199254740991"))), log.key)).problem).toBeUndefined();
  });

  it.each<[string, string, string]>([
    ["signed by another key", note(head, other.line(head)), "not signed with this key"],
    ["signed under another name", note(head, log.line(head, { name: "caio.example/other" })), "not signed with this key"],
    ["signed twice", note(head, log.line(head), log.line(head)), "signed twice"],
    ["signed over something else", note(head, log.line(headOf("8"))), "does not hold"],
    ["with a signature too long", note(head, log.line(head, { prefix: Buffer.of(0) })), "does not hold"],
    ["with a line too short", note(head, log.line(head), `— x ${Buffer.alloc(4).toString("base64")}\n`), "malformed"],
    ["with a line that is no base64", note(head, log.line(head), "— x AB=\n"), "malformed"],
  ])("%s says so, with the head", async (_what, text, problem) => {
    const reading = await verifyCheckpoint(text, log.key);
    expect(reading.problem).toContain(problem);
    expect(reading.checkpoint?.size).toBe(7);
  });

  it.each<[string, string]>([
    ["no signature", `${head}\n`],
    ["no empty line", `${head}${log.line(head)}`],
    ["a size with a zero before", note(headOf("07"), log.line(headOf("07")))],
    ["a size past 2^53 - 1", note(headOf("9007199254740992"), log.line(headOf("9007199254740992")))],
    ["a root of another length", note(headOf("7", Buffer.alloc(31).toString("base64")), log.line(head))],
    ["a root that is not the one base64 of its bytes", note(headOf("7", `${"A".repeat(42)}B=`), log.line(head))],
    ["a further line", note(`${head}more\n`, log.line(`${head}more\n`))],
    ["an origin with a space", note(head.replace("/log", " log"), log.line(head))],
    ["an origin with a plus", note(head.replace("/log", "+log"), log.line(head))],
    ["text after its end", `${note(head, log.line(head))}x`],
    ["text before its start", `\n${note(head, log.line(head))}`],
    ["too much text", note(head, log.line(head).repeat(200))],
  ])("with %s it is none", async (_what, text) => {
    const reading = await verifyCheckpoint(text, log.key);
    expect(reading.checkpoint).toBeUndefined();
    expect(reading.problem).toMatch(/no signed note|longer than 16384/u);
  });

  it("is as long as 16384 units", async () => {
    const short = note(head, log.line(head));
    const filler = (units: number): string => `— x ${"A".repeat(units - 5)}\n`;
    expect((await verifyCheckpoint(`${short}${filler(16_384 - short.length)}`, log.key)).problem ?? "").not.toContain("longer");
    expect((await verifyCheckpoint(`${short}${filler(16_385 - short.length)}`, log.key)).problem).toContain("longer");
  });

  it("does not hold where the platform refuses to say", async () => {
    const refusing = { verifyEd25519: () => Promise.reject(new Error("no such curve")) };
    expect((await verifyCheckpoint(note(head, log.line(head)), log.key, refusing)).problem).toContain("does not hold");
    expect((await verifyCosignature(note(head, new Signer("w", 4).cosign(head, 5n)), new Signer("w", 4).text, refusing)).time).toBeUndefined();
  });

  it("does not ask about a signature of another length", async () => {
    const believing = { verifyEd25519: () => Promise.resolve(true) };
    expect((await verifyCheckpoint(note(head, log.line(head)), log.key, believing)).problem).toBeUndefined();
    expect((await verifyCheckpoint(note(head, log.line(head, { prefix: Buffer.of(0) })), log.key, believing)).problem).toContain("does not hold");
  });

  it("nor about a cosignature of another length, or at a time that is no safe integer", async () => {
    const believing = { verifyEd25519: () => Promise.resolve(true) };
    const witness = new Signer("witness.example", 4);
    const told = async (line: string): Promise<unknown> => await verifyCosignature(note(head, line), witness.text, believing);
    expect(await told(witness.cosign(head, 5n))).toEqual({ witness: "witness.example", time: 5 });
    const broken = { witness: "witness.example", problem: "its cosignature does not hold" };
    expect([await told(witness.line(head, { prefix: Buffer.alloc(9) })), await told(witness.line(head, { prefix: Buffer.alloc(7) })), await told(witness.cosign(head, 2n ** 53n))]).toEqual([broken, broken, broken]);
  });

  it("tells a key that is none", async () => {
    expect(await verifyCheckpoint(note(head, log.line(head)), "no key")).toMatchObject({ checkpoint: { size: 7 }, problem: "the public key is no Ed25519 key" });
  });
});

describe("verifyCheckpointBy", () => {
  const by = async (text: string, ...keys: readonly Uint8Array[]): Promise<string | undefined> => (await verifyCheckpointBy(text, keys)).problem;

  it("wants one of the keys to have signed, and whatever one has signed to hold", async () => {
    const good = note(head, log.line(head));
    expect([await by(good, log.key), await by(good, other.key, log.key), await by(good, log.key, other.key)]).toEqual([undefined, undefined, undefined]);
    expect(await by(good, other.key)).toContain("not signed with this key");
    expect(await by(good)).toContain("not signed with this key");
    expect(await by(note(head, log.line(head), other.line(headOf("8"))), log.key, other.key)).toContain("does not hold");
    expect(await by(note(head, log.line(head), other.line(headOf("8"))), log.key)).toBeUndefined();
  });
});

describe("verifyCosignature", () => {
  const witness = new Signer("witness.example", 4);
  const seen = (text: string, key = witness.text): ReturnType<typeof verifyCosignature> => verifyCosignature(text, key);

  it("gives the latest time at which the witness saw the head", async () => {
    expect(await seen(note(head, log.line(head), witness.cosign(head, 5n)))).toEqual({ witness: "witness.example", time: 5 });
    expect(await seen(note(head, witness.cosign(head, 9n), witness.cosign(head, 5n), log.line(head)))).toEqual({ witness: "witness.example", time: 9 });
    expect(await seen(note(head, witness.cosign(head, 0n)))).toEqual({ witness: "witness.example", time: 0 });
    expect(await seen(note(head, witness.cosign(head, 9_007_199_254_740_991n)), ` ${witness.text}\n`)).toMatchObject({ time: Number.MAX_SAFE_INTEGER });
  });

  it("is absent where there is no line of its name and key", async () => {
    const absent = { witness: "witness.example", absent: true };
    expect(await seen(note(head, log.line(head)))).toEqual(absent);
    expect(await seen(note(head, new Signer("witness.example", 4).cosign(head, 5n)))).toEqual(absent);
    expect(await seen(note(head, witness.cosign(head, 5n).replace("witness.example", "x")))).toEqual(absent);
    expect(await seen(note(head, "— witness.example AB=\n"))).toEqual(absent);
  });

  it("does not hold over another head, at another time, without a time, past 2^53 - 1, or beside one that does", async () => {
    const broken = { witness: "witness.example", problem: "its cosignature does not hold" };
    const time = (seconds: number): Uint8Array => Uint8Array.from([0, 0, 0, 0, 0, 0, 0, seconds]);
    expect(await seen(note(head, witness.cosign(headOf("8"), 5n)))).toEqual(broken);
    expect(await seen(note(head, witness.line(`cosignature/v1\ntime 5\n${head}`, { prefix: time(6) })))).toEqual(broken);
    expect(await seen(note(head, witness.line(head)))).toEqual(broken);
    expect(await seen(note(head, witness.cosign(head, 9_007_199_254_740_992n)))).toEqual(broken);
    expect(await seen(note(head, witness.cosign(head, 5n), witness.cosign(headOf("8"), 5n)))).toEqual(broken);
  });

  it.each<[string, string, string]>([
    ["no key", "witness", "witness"],
    ["another id", witness.text.replace(witness.id.toString("hex"), "00000000"), "witness.example"],
    ["the key of a log", new Signer("witness.example", 1).text, "witness.example"],
    ["a key of another length", `w+${sha256("w\n", Buffer.of(4, 1)).subarray(0, 4).toString("hex")}+${Buffer.of(4, 1).toString("base64")}`, "w"],
    ["a key that is no base64", "w+00000000+A", "w"],
    ["text after it", `${witness.text}!`, witness.text.slice(0, 64)],
    ["text before it", `+${witness.text}`, `+${witness.text}`.slice(0, 64)],
  ])("%s is no key of a witness", async (_what, key, name) => {
    const reading = await seen(note(head, witness.cosign(head, 5n)), key);
    expect(reading.problem).toContain("the witness key is no");
    expect(reading).toMatchObject({ witness: name });
    expect(reading.time).toBeUndefined();
  });
});

it("pre-authentication counts bytes, not characters (DSSE)", () => {
  expect(Buffer.from(preAuthentication("t/é", Buffer.from("ü!"))).toString()).toBe("DSSEv1 4 t/é 3 ü!");
});
