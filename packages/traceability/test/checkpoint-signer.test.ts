import { toHex } from "@caio/core";
import { describe, expect, it } from "vitest";

import {
  CheckpointSigner,
  generateSigningKey,
  InMemoryCheckpointStore,
  KeyRing,
  MerkleLog,
  openCheckpoint,
  type HeadSource,
  type SignedCheckpoint,
} from "../src/index.ts";

class Log extends MerkleLog implements HeadSource {
  headAt(size?: number): ReturnType<MerkleLog["head"]> {
    return this.head(size);
  }
}

function logOf(...entries: string[]): Log {
  const log = new Log();
  log.appendAll(entries);
  return log;
}

const keys = KeyRing.of("caio.example/log", generateSigningKey());

async function signerOf(log: HeadSource, store = new InMemoryCheckpointStore(), ring = keys): Promise<CheckpointSigner> {
  return await CheckpointSigner.open({ log, keys: ring, store, intervalMs: 1000 });
}

describe("CheckpointSigner", () => {
  it("signs the head: one signature for all that was appended since", async () => {
    const log = logOf("a");
    const signer = await signerOf(log);
    const first = await signer.sign(0);
    log.appendAll(["b", "c"]);
    const second = await signer.sign(10);
    expect(openCheckpoint(first.note, keys.verifiers)).toMatchObject({ origin: "caio.example/log", size: 1 });
    const opened = openCheckpoint(second.note, keys.verifiers);
    expect(toHex(opened.root)).toBe(toHex(log.head().root));
    expect(await signer.sign(20)).toBe(second);
  });

  it("signs at most once an interval when asked whether it is due", async () => {
    const log = logOf("a");
    const signer = await signerOf(log);
    expect(await signer.signIfDue(0)).toBeDefined();
    log.append("b");
    expect(await signer.signIfDue(999)).toBeUndefined();
    expect(await signer.signIfDue(1000)).toMatchObject({ signedAt: 1000 });
    expect(await signer.signIfDue(5000)).toBeUndefined();
    expect(signer.latest).toMatchObject({ signedAt: 1000 });
  });

  it("refuses to sign a log that is smaller or other than the one it signed, also after a restart", async () => {
    const store = new InMemoryCheckpointStore();
    await (await signerOf(logOf("a", "b"), store)).sign(0);
    await expect(signerOf(logOf("a"), store)).rejects.toMatchObject({ code: "IntegrityViolation" });
    await expect(signerOf(logOf("a", "B", "c"), store)).rejects.toThrow(/fork/);
    const continued = await signerOf(logOf("a", "b", "c"), store);
    expect(openCheckpoint((await continued.sign(1)).note, keys.verifiers).size).toBe(3);
  });

  it("refuses a log that is swapped under it", async () => {
    let log = logOf("a", "b");
    const signer = await signerOf({ headAt: (size) => log.headAt(size) });
    const { note } = await signer.sign(0);
    log = logOf("a", "x", "c");
    await expect(signer.sign(1)).rejects.toMatchObject({ code: "IntegrityViolation" });
    await expect(signer.signIfDue(10_000)).rejects.toMatchObject({ code: "IntegrityViolation" });
    expect(signer.latest?.note).toBe(note);
  });

  it("gives nothing out that is not kept", async () => {
    let full = true;
    const kept: SignedCheckpoint[] = [];
    const store = {
      load: () => Promise.resolve(null),
      save: (checkpoint: SignedCheckpoint) => {
        if (full) return Promise.reject(new Error("disk full"));
        kept.push(checkpoint);
        return Promise.resolve();
      },
    };
    const signer = await CheckpointSigner.open({ log: logOf("a"), keys, store, intervalMs: 0 });
    await expect(signer.sign(0)).rejects.toThrow("disk full");
    expect(signer.latest).toBeNull();
    full = false;
    expect(kept).toEqual([]);
    expect(await signer.sign(1)).toBe(kept[0]);
  });

  it("rotates its key: old checkpoints stay verifiable, new ones are signed with the new key", async () => {
    const store = new InMemoryCheckpointStore();
    const log = logOf("a");
    const signer = await signerOf(log, store);
    const old = await signer.sign(0);
    const next = keys.rotate(generateSigningKey());
    signer.useKeys(next);
    log.append("b");
    const fresh = await signer.sign(1);
    expect(() => openCheckpoint(fresh.note, keys.verifiers)).toThrow(/known key/);
    for (const { note } of [old, fresh]) expect(openCheckpoint(note, next.verifiers).origin).toBe("caio.example/log");
    await expect(signerOf(log, store, KeyRing.of("caio.example/log", generateSigningKey()))).rejects.toThrow(/known key/);
    expect(() => {
      signer.useKeys(KeyRing.of("other", generateSigningKey()));
    }).toThrow(/keeps its name/);
  });
});
