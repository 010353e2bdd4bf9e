import { sha256 } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  checkpointText,
  generateSigningKey,
  KeyRing,
  MerkleLog,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseReceipt,
  receiptText,
  signCheckpoint,
  SigningKey,
  signNote,
  VerifierKey,
  verifyReceipt,
} from "../src/index.ts";

/** The published example of signed notes: its verifier key, its signer key (a test key), and the note. */
const example = {
  verifier: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  seed: "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  line: "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
};

const ring = KeyRing.of("caio.example/log", generateSigningKey());

describe("signed notes", () => {
  it("the published example opens, and is what its key signs", () => {
    const note = `${example.text}\n${example.line}`;
    expect(openNote(note, [VerifierKey.parse(example.verifier)]).text).toBe(example.text);
    const seed = Buffer.from(example.seed, "base64").subarray(1);
    const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]).toString("base64");
    const key = SigningKey.fromPem(`-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`);
    expect(signNote(example.text, [{ name: "PeterNeumann", key }])).toBe(note);
  });

  it("of several signers open with any of them; unknown signatures prove nothing", () => {
    const other = KeyRing.of("witness.example", generateSigningKey());
    const note = signNote("hello\n\nworld\n", [ring.signer, other.signer]);
    expect(openNote(note, ring.verifiers)).toMatchObject({ text: "hello\n\nworld\n", unknown: 1 });
    expect(openNote(note, [...ring.verifiers, ...other.verifiers])).toMatchObject({ unknown: 0 });
    expect(() => openNote(note, KeyRing.of("caio.example/log", generateSigningKey()).verifiers)).toThrow(/no signature by a known key/);
    expect(() => openNote(note, [])).toThrow(/known key/);
  });

  it("one bad signature of a known key refuses the note, whatever the others say", () => {
    const other = KeyRing.of("witness.example", generateSigningKey());
    const [good, bad] = [signNote("a\n", [ring.signer]), signNote("b\n", [other.signer])];
    const mixed = good + (bad.split("\n\n")[1] ?? "");
    expect(openNote(mixed, ring.verifiers).text).toBe("a\n");
    expect(() => openNote(mixed, [...ring.verifiers, ...other.verifiers])).toThrow(/does not hold/);
  });

  it("are refused when any character of text or signature is changed, removed or doubled", () => {
    const note = signNote("origin\n7\n", [ring.signer]);
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.constantFrom("", "A", "+", "\n", " ", "\u0001"), fc.boolean(), (at, put, keep) => {
        const changed = note.slice(0, at) + put + note.slice(keep ? at : at + 1);
        fc.pre(changed !== note);
        expect(() => openNote(changed, ring.verifiers)).toThrow(/Signed note/);
      }),
      { numRuns: 500 },
    );
  });

  it("that are none are refused without delay", () => {
    for (const note of ["", "\n\n", "text", "text\n\n", "text\n\n— a b\n", `t\n\n${"— a AAAAAAA=\n".repeat(200)}`, "x".repeat(1_000_001)]) {
      expect(() => openNote(note, ring.verifiers)).toThrow(/Signed note/);
    }
    for (const text of ["no newline", "a\tb\n", "\ud800\n"]) expect(() => signNote(text, [ring.signer])).toThrow(/Signed note/);
    expect(() => signNote("a\n", [])).toThrow(/no signer/);
    expect(() => signNote("a\n", [{ name: "a b", key: ring.signer.key }])).toThrow(/name/);
  });
});

describe("checkpoints", () => {
  const root = sha256("root");

  it("the published example has these parts", () => {
    const text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toMatchObject({ origin: "example.com/behind-the-sofa", size: 20_852_163, extensions: [] });
    expect(checkpointText(checkpoint)).toBe(text);
  });

  it("come back as they were signed", () => {
    const checkpoint = { origin: "caio.example/log", size: 3, root, extensions: ["more"] };
    const opened = openCheckpoint(signCheckpoint(checkpoint, [ring.signer]), ring.verifiers, "caio.example/log");
    expect(checkpointText(opened)).toBe(checkpointText(checkpoint));
  });

  it("of another log, or signed by no key of the log itself, are refused", () => {
    const note = signCheckpoint({ origin: "caio.example/log", size: 3, root, extensions: [] }, [ring.signer]);
    expect(() => openCheckpoint(note, ring.verifiers, "other")).toThrow(/origin/);
    const witness = KeyRing.of("witness", generateSigningKey());
    const seen = signCheckpoint({ origin: "caio.example/log", size: 3, root, extensions: [] }, [witness.signer]);
    expect(() => openCheckpoint(seen, witness.verifiers)).toThrow(/no signature of caio.example/);
  });

  it("that are written otherwise are refused", () => {
    const encoded = Buffer.from(root).toString("base64");
    const bad = [
      `o\n3\n${encoded}`,
      `\n3\n${encoded}\n`,
      `o\n03\n${encoded}\n`,
      `o\n-3\n${encoded}\n`,
      `o\n9007199254740993\n${encoded}\n`,
      `o\n3\n${encoded.slice(0, -1)}\n`,
      `o\n3\nAAAA\n`,
      `o\n3\n${encoded}\n\nx\n`,
      "o\n3\n",
    ];
    for (const text of bad) expect(() => parseCheckpoint(text)).toThrow(/Checkpoint/);
    expect(() => checkpointText({ origin: "evil\n9", size: 1, root, extensions: [] })).toThrow(/Checkpoint/);
    expect(() => checkpointText({ origin: "o", size: 1, root, extensions: ["a\nb"] })).toThrow(/line break/);
    expect(() => checkpointText({ origin: "o", size: 1, root: root.subarray(1), extensions: [] })).toThrow(/root/);
  });
});

describe("receipts", () => {
  const log = new MerkleLog();
  const entries = Array.from({ length: 11 }, (_, index) => `entry ${String(index)}`);
  log.appendAll(entries);
  const checkpoint = signCheckpoint({ origin: "caio.example/log", ...log.head(), extensions: [] }, [ring.signer]);

  it("prove each entry at its index and no other", () => {
    for (const [index, entry] of entries.entries()) {
      const text = receiptText({ index, path: log.inclusionProof(index), checkpoint, ...(index === 3 ? { extra: Buffer.from("x") } : {}) });
      const receipt = parseReceipt(text);
      expect(receiptText(receipt)).toBe(text);
      expect(verifyReceipt(receipt, entry, ring.verifiers).size).toBe(11);
      expect(() => verifyReceipt(receipt, `${entry}!`, ring.verifiers)).toThrow(/does not lead/);
      expect(() => verifyReceipt({ ...receipt, index: (index + 1) % 11 }, entry, ring.verifiers)).toThrow(/does not lead/);
    }
  });

  it("that are written otherwise are refused", () => {
    const text = receiptText({ index: 3, path: log.inclusionProof(3), checkpoint });
    for (const [from, to] of [["@v1", "@v2"], ["index 3", "index 03"], ["index 3\n", "index 3\nAAAA\n"], ["index 3\n", ""], ["index 3", "extra !\nindex 3"]] as const) {
      expect(() => parseReceipt(text.replace(from, to))).toThrow(/Receipt/);
    }
    expect(() => parseReceipt("")).toThrow(/Receipt/);
    expect(() => parseReceipt(text.replace("index 3\n", `index 3\n${`${Buffer.alloc(32).toString("base64")}\n`.repeat(60)}`))).toThrow(/hashes/);
  });
});
