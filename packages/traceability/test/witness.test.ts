import { describe, expect, it } from "vitest";

import {
  cosignaturesOf,
  cosignCheckpoint,
  generateSigningKey,
  InMemoryWitnessMemory,
  KeyRing,
  MerkleLog,
  openCheckpoint,
  openNote,
  PublicKey,
  signCheckpoint,
  VerifierKey,
  withSignatures,
  Witness,
  witnessKey,
  type WatchedLog,
} from "../src/index.ts";

/** The example of the specification: a checkpoint with a cosignature. Its keys are not published, its form is. */
const example = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

const ring = KeyRing.of("caio.example/eu-1", generateSigningKey());
const other = KeyRing.of("caio.example/eu-2", generateSigningKey());
const key = witnessKey(other.signer);
const TIME = 1_764_000_000;

/** A log that grows, as others see it. */
function logOf(...entries: readonly string[]): WatchedLog & { readonly tree: MerkleLog } {
  const tree = new MerkleLog();
  tree.appendAll(entries);
  return {
    tree,
    origin: ring.signer.name,
    verifiers: ring.verifiers,
    note: signCheckpoint({ origin: ring.signer.name, ...tree.head(), extensions: [] }, [ring.signer]),
    consistency: (first, second) => Promise.resolve(tree.consistencyProof(first, second)),
  };
}

describe("a cosignature", () => {
  it("has the form of the specification, its time included", () => {
    const line = example.split("\n").at(-2) ?? "";
    const bytes = Buffer.from(line.split(" ")[2] ?? "", "base64");
    expect([bytes.length, Number(bytes.readBigUInt64BE(4))]).toEqual([4 + 8 + 64, 1_679_315_147]);
    const ours = Buffer.from(cosignCheckpoint(example, other.signer, TIME).split(" ")[2] ?? "", "base64");
    expect([ours.length, Number(ours.readBigUInt64BE(4))]).toEqual([4 + 8 + 64, TIME]);
    expect(ours.subarray(0, 4).toString("hex")).toBe(key.noteKeyId);
    const message = `cosignature/v1\ntime ${String(TIME)}\n${example.slice(0, example.indexOf("\n\n") + 1)}`;
    expect(other.signer.key.publicKey.verifies(Buffer.from(message), ours.subarray(12))).toBe(true);
  });

  it("is read with the witness's key, which has a text form of its own type", () => {
    expect(VerifierKey.parse(key.toString()).noteKeyId).toBe(key.noteKeyId);
    expect(key.noteKeyId).not.toBe(other.verifiers[0]?.noteKeyId);
    const note = withSignatures(logOf("a").note, [cosignCheckpoint(logOf("a").note, other.signer, TIME), cosignCheckpoint(logOf("a").note, other.signer, TIME + 5)]);
    expect(cosignaturesOf(note, [key])).toEqual([{ witness: "caio.example/eu-2", time: TIME + 5 }]);
    expect(cosignaturesOf(note, [witnessKey(KeyRing.of("caio.example/eu-2", generateSigningKey()).signer), ...ring.verifiers])).toEqual([]);
    expect(openCheckpoint(note, ring.verifiers).size).toBe(1);
    expect(openNote(note, [...ring.verifiers, key]).signers).toHaveLength(2);
    expect(withSignatures(note, [cosignCheckpoint(logOf("a").note, other.signer, TIME)])).toBe(note);
  });

  it("is refused where it does not hold: another text, another time, a signature that is cut", () => {
    const line = cosignCheckpoint(logOf("a").note, other.signer, TIME);
    expect(() => cosignaturesOf(withSignatures(logOf("b").note, [line]), [key])).toThrow(/does not hold/);
    const bytes = Buffer.from(line.split(" ")[2] ?? "", "base64");
    bytes.writeUInt8(1, 11);
    const changed = (what: Buffer): string => `— caio.example/eu-2 ${what.toString("base64")}\n`;
    expect(() => cosignaturesOf(withSignatures(logOf("a").note, [changed(bytes)]), [key])).toThrow(/does not hold/);
    expect(() => cosignaturesOf(withSignatures(logOf("a").note, [changed(bytes.subarray(0, 68))]), [key])).toThrow(/does not hold/);
    expect(() => cosignCheckpoint("hello\n\n— a AAAA\n", other.signer, TIME)).toThrow();
    expect(() => cosignCheckpoint(logOf("a").note, other.signer, 1.5)).toThrow(/whole seconds/);
  });

  it("of the log's own key under its own name makes no checkpoint", () => {
    const { note } = logOf("a");
    const own = witnessKey(ring.signer);
    const alone = `${note.slice(0, note.lastIndexOf("\n\n") + 2)}${cosignCheckpoint(note, ring.signer, TIME)}`;
    expect(() => openCheckpoint(alone, [own])).toThrow(/no signature of/);
    expect(new PublicKey(ring.signer.key.publicKey.bytes).verifies(Buffer.from("x"), new Uint8Array(72))).toBe(false);
  });
});

describe("a witness", () => {
  const start = (): Witness => new Witness(other.signer, new InMemoryWitnessMemory());

  it("cosigns what it sees first, and what continues it; what is the same it has cosigned", async () => {
    const witness = start();
    const first = await witness.look(logOf("a", "b"), TIME);
    expect(first).toMatchObject({ kind: "cosigned", size: 2 });
    expect(await witness.look(logOf("a", "b"), TIME)).toMatchObject({ kind: "unchanged", size: 2 });
    const next = await witness.look(logOf("a", "b", "c"), TIME + 1);
    if (next.kind !== "cosigned") throw new Error(next.kind);
    expect(cosignaturesOf(withSignatures(next.note, [next.line]), [key])).toEqual([{ witness: "caio.example/eu-2", time: TIME + 1 }]);
  });

  it("does not cosign a log that was put back to an older copy, nor what grows from there, for good", async () => {
    const memory = new InMemoryWitnessMemory();
    const witness = new Witness(other.signer, memory);
    await witness.look(logOf("a", "b", "c"), TIME);
    expect(await witness.look(logOf("a", "b"), TIME)).toMatchObject({ kind: "refused", finding: { kind: "rollback", origin: ring.signer.name } });
    expect(await witness.look(logOf("a", "b", "x"), TIME)).toMatchObject({ kind: "refused", finding: { kind: "fork" } });
    expect(await new Witness(other.signer, memory).look(logOf("a", "b", "x", "y"), TIME)).toMatchObject({ kind: "refused", finding: { kind: "fork" } });
    expect(await witness.look(logOf("a", "b", "c", "d"), TIME)).toMatchObject({ kind: "cosigned", size: 4 });
  });

  it("takes no log's word for a proof, and no other key's for its log", async () => {
    const witness = start();
    await witness.look(logOf("a", "b"), TIME);
    expect(await witness.look({ ...logOf("a", "b", "c"), consistency: () => Promise.resolve([]) }, TIME)).toMatchObject({ kind: "refused", finding: { kind: "fork" } });
    expect(await witness.look({ ...logOf("a", "b", "c"), verifiers: other.verifiers }, TIME)).toMatchObject({ kind: "refused", finding: { kind: "unsigned" } });
    expect(await witness.look({ ...logOf("a", "b", "c"), origin: "caio.example/eu-3" }, TIME)).toMatchObject({ kind: "refused", finding: { kind: "unsigned" } });
    await expect(witness.look({ ...logOf("a", "b", "c"), consistency: () => Promise.reject(new Error("away")) }, TIME)).rejects.toThrow("away");
    expect(await witness.look(logOf("a", "b", "c"), TIME)).toMatchObject({ kind: "cosigned" });
  });
});
