import { entryHash } from "@caio/traceability";
import { jetstreamManager } from "@nats-io/jetstream";
import { describe, expect, it, onTestFinished } from "vitest";

import { consumeDecisions, consumeLog, LogPublisher, logStream, type ConsumeOptions, type LogFilter, type LogPublisherOptions } from "../src/index.ts";
import { connected, freshName, noNats } from "./support/nats.ts";
import { SampleLog } from "./support/sample-log.ts";

function publisher(options: LogPublisherOptions): LogPublisher {
  const started = LogPublisher.start({ pollMs: 2, stream: { maxBytes: 4_000_000 }, ...options });
  onTestFinished(() => started.stop());
  return started;
}

/** The texts that a reader is given until it has so many; the last one is acknowledged if it has a name. */
async function read(count: number, options: ConsumeOptions & LogFilter): Promise<string[]> {
  const texts: string[] = [];
  if (count === 0) return texts;
  for await (const message of consumeLog(options)) {
    if (message.kind === "gap") texts.push(`gap ${String(message.from)}-${String(message.until)}`);
    else {
      texts.push(message.kind === "expired" ? `expired ${message.leaf}` : message.text);
      message.ack();
    }
    if (texts.length >= count) break;
  }
  return texts;
}

describe.skipIf(noNats)("a log as a stream", () => {
  it("is the log, entry by entry and in its order, also what comes later", async () => {
    const [connection, log, sample] = [await connected(), freshName("log"), await SampleLog.open()];
    await sample.decide(200);
    const running = publisher({ connection, log, source: sample.source });
    expect(await read(400, { connection, log })).toEqual(await sample.texts());
    await sample.decide(3);
    expect(await read(6, { connection, log, from: 400 })).toEqual((await sample.texts()).slice(400));
    await expect.poll(() => running.standing).toEqual({ state: "publishing", published: 406, size: 406 });
  });

  it("goes on where the stream is, whoever published before, and how many do at once", async () => {
    const [connection, log, sample] = [await connected(), freshName("log"), await SampleLog.open()];
    await sample.decide(50);
    const first = publisher({ connection, log, source: sample.source });
    await expect.poll(() => first.standing.published).toBe(100);
    await first.stop();
    await sample.decide(500);
    const both = [1, 2].map(() => publisher({ connection, log, source: sample.source, inFlight: 16 }));
    expect(await read(1100, { connection, log })).toEqual(await sample.texts());
    await expect.poll(() => both.map(({ standing }) => [standing.state, standing.published])).toEqual([["publishing", 1100], ["publishing", 1100]]);
    const manager = await jetstreamManager(connection);
    expect((await manager.streams.info(logStream(log))).state.last_seq).toBe(1100);
  });

  it("is refused where the stream holds another log, or more than the log", async () => {
    const [connection, log, sample, other] = [await connected(), freshName("log"), await SampleLog.open(), await SampleLog.open()];
    await sample.decide(2);
    const right = publisher({ connection, log, source: sample.source });
    await expect.poll(() => right.standing.published).toBe(4);
    await right.stop();
    const faults: unknown[] = [];
    const shorter = publisher({ connection, log, source: other.source, onFault: (fault) => faults.push(fault) });
    await expect.poll(() => shorter.standing.state).toBe("refused");
    await other.decide(4, { service: "another" });
    const different = publisher({ connection, log, source: other.source, onFault: (fault) => faults.push(fault) });
    await expect.poll(() => different.standing).toEqual({ state: "refused", published: 0, size: 8 });
    expect(faults).toMatchObject([{ code: "IntegrityViolation", details: { found: "4 entries, where the log has 0" } }, { code: "IntegrityViolation", details: { found: "another entry at index 3" } }]);
    expect(await read(4, { connection, log })).toEqual(await sample.texts());
  });

  it("can be read by tenant, kind and service, and no name reaches into another tenant's subjects", async () => {
    const [connection, log, sample] = [await connected(), freshName("log"), await SampleLog.open()];
    const tenants = ["acme", "a.b", "a", "*", ">", "a b"];
    for (const tenant of tenants) await sample.decide(2, { tenant, service: tenant === "a" ? "other" : "ident" });
    publisher({ connection, log, source: sample.source });
    const texts = await sample.texts();
    for (const tenant of tenants) {
      const own = texts.filter((text) => (JSON.parse(text) as { tenant: string }).tenant === tenant);
      expect(own).toHaveLength(4);
      // One more would wait for ever.
      expect([tenant, await read(4, { connection, log, tenant, signal: AbortSignal.timeout(20_000) })]).toEqual([tenant, own]);
    }
    const decisions: (string | null | undefined)[] = [];
    for await (const message of consumeDecisions({ connection, log, service: "other" })) {
      if (message.kind === "entry") decisions.push(message.entry.body.selected?.service);
      if (decisions.length === 2) break;
    }
    expect(decisions).toEqual(["other", "other"]);
  });

  it("is read on under a name where it was acknowledged, by one reader at a time", async () => {
    const [connection, log, sample] = [await connected(), freshName("log"), await SampleLog.open()];
    await sample.decide(10);
    publisher({ connection, log, source: sample.source });
    const texts = await sample.texts();
    expect(await read(7, { connection, log, name: "books" })).toEqual(texts.slice(0, 7));
    const second = consumeLog({ connection, log, name: "books" });
    expect(await second.next()).toMatchObject({ value: { logIndex: 7 } });
    const first = consumeLog({ connection, log, name: "books" });
    const own = await first.next();
    expect(own).toMatchObject({ value: { logIndex: 7 } });
    if (own.value?.kind === "entry") own.value.ack();
    await first.return();
    const late = await second.next();
    if (late.value?.kind === "entry") late.value.ack();
    await expect(drain(second)).rejects.toMatchObject({ code: "IntegrityViolation", details: { key: `${log}.books` } });
    expect(await read(1, { connection, log, name: "books" })).toEqual([texts[8]]);
    expect(await read(1, { connection, log, name: "others", from: 3 })).toEqual([texts[3]]);
  });

  it("says which entries the stream keeps no longer", async () => {
    const [connection, log, sample] = [await connected(), freshName("log"), await SampleLog.open()];
    await sample.decide(5);
    const running = publisher({ connection, log, source: sample.source });
    await expect.poll(() => running.standing.published).toBe(10);
    await (await jetstreamManager(connection)).streams.purge(logStream(log), { seq: 5 });
    expect(await read(2, { connection, log, from: 2 })).toEqual(["gap 2-4", (await sample.texts())[4]]);
    await running.stop();
    await sample.decide(1);
    await (await jetstreamManager(connection)).streams.purge(logStream(log));
    publisher({ connection, log, source: sample.source });
    expect(await read(3, { connection, log, from: 9 })).toEqual(["gap 9-10", ...(await sample.texts()).slice(10)]);
  });

  it("shows what is left of entries that are past their retention, and knows them again", async () => {
    const [connection, log, sample] = [await connected(), freshName("log"), await SampleLog.open()];
    await sample.decide(3);
    sample.expiredBefore = 4;
    const first = publisher({ connection, log, source: sample.source });
    await expect.poll(() => first.standing.published).toBe(6);
    await first.stop();
    const texts = await sample.texts();
    const shown = [...texts.slice(0, 4).map((text) => `expired ${entryHash(text)}`), ...texts.slice(4)];
    expect(await read(6, { connection, log })).toEqual(shown);
    sample.expiredBefore = 6;
    await sample.decide(1);
    publisher({ connection, log, source: sample.source });
    expect(await read(8, { connection, log })).toEqual([...shown, ...(await sample.texts()).slice(6)]);
  });

  it("is refused by a reader where somebody else wrote", async () => {
    const [connection, log, sample] = [await connected(), freshName("log"), await SampleLog.open()];
    await sample.decide(1);
    const running = publisher({ connection, log, source: sample.source });
    await expect.poll(() => running.standing.published).toBe(2);
    connection.publish(`caio.log.${log}.acme.decision.ident`, "{}");
    await expect(read(3, { connection, log })).rejects.toMatchObject({ code: "IntegrityViolation" });
  });
});

/** Reads on and acknowledges. */
async function drain(messages: ReturnType<typeof consumeLog>): Promise<void> {
  for await (const message of messages) if (message.kind !== "gap") message.ack();
}

