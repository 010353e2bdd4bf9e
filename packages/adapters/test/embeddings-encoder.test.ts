import { encodeVector, HashingEncoder, joinFeatures, type TextEncoding } from "@caio/control";
import { FakeEmbeddings, fakeVector, type EmbeddingsFault } from "@caio/fakes";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { EmbeddingsEncoder, type EmbeddingsEncoderOptions } from "../src/index.ts";
import { rejection } from "./sample-call.ts";

const SECRET = "sk-planted-secret";
const PROMPT = "a secret prompt";

let endpoint: FakeEmbeddings;
const opened: EmbeddingsEncoder[] = [];
beforeAll(async () => {
  endpoint = await FakeEmbeddings.start();
});
afterEach(() => {
  endpoint.fault = undefined;
  endpoint.inputs.length = 0;
});
afterAll(async () => {
  await Promise.all(opened.map((encoder) => encoder.close()));
  await endpoint.stop();
});

function open(more: Partial<EmbeddingsEncoderOptions> = {}): EmbeddingsEncoder {
  const encoder = new EmbeddingsEncoder({ baseUrl: endpoint.baseUrl, model: "letters", dimensions: 26, locality: "local", ...more });
  opened.push(encoder);
  return encoder;
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): EmbeddingsFault {
  return (_asked, response) => { response.writeHead(status, { "content-type": "application/json", ...headers }).end(typeof body === "string" ? body : JSON.stringify(body)); };
}

/** The vector, and beside it what the text itself shows. */
function encodingOf(text: string): TextEncoding {
  const { field, features } = encodeVector(fakeVector(text, 26));
  return { field, features: joinFeatures(features, new HashingEncoder().features(text)) };
}

describe("EmbeddingsEncoder", () => {
  it("asks for the texts of a turn in one call, and gives each the encoding of its own vector", async () => {
    const encoder = open({ auth: { scheme: "bearer", secret: "env:KEY" }, http: { resolveSecret: () => SECRET } });
    const texts = ["translate this letter", "zzz", "a"];
    expect(await encoder.encodeAll(texts)).toEqual(texts.map(encodingOf));
    expect(endpoint.inputs).toEqual([texts]);
    expect(endpoint.bodies.at(-1)).toEqual({ model: "letters", input: texts, encoding_format: "float" });
    expect(endpoint.headers.at(-1)?.authorization).toBe(`Bearer ${SECRET}`);
    expect(encoder.id).toBe("openai:letters/26/8192/caio-1");
    expect(open({ id: "mine-1" }).id).toBe("mine-1");
  });

  it("sends batches within their bounds, and asks for dimensions if it is told to", async () => {
    const encoder = open({ batchTexts: 2, maxUnits: 5, askDimensions: true });
    await encoder.encodeAll(["one", "two", "three", "fourteen"]);
    expect(endpoint.inputs).toEqual([["one", "two"], ["three", "fourt"]]);
    expect(endpoint.bodies.at(-1)).toMatchObject({ dimensions: 26 });
  });

  it("takes nothing of an answer that is none, and quotes nothing of it", async () => {
    const vector = fakeVector("a", 26);
    const item = (more: object): unknown => ({ data: [{ index: 0, embedding: vector, ...more }] });
    const faults: Readonly<Record<string, EmbeddingsFault>> = {
      "no JSON": json("{"),
      "no object": json("7"),
      "no data": json({ object: "list" }),
      "no items": json({ data: [] }),
      "an item too many": json({ data: [0, 1].map((index) => ({ index, embedding: vector })) }),
      "another index": json(item({ index: 1 })),
      "half an index": json(item({ index: 0.5 })),
      "an index in words": json(item({ index: "0" })),
      "a vector of another length": json(item({ embedding: [1, 2] })),
      "an empty vector": json(item({ embedding: [] })),
      "what is no number": json(item({ embedding: vector.map(() => null) })),
      "a number too large": json(JSON.stringify(item({})).replace("[", "[1e999,")),
      "infinity": json(`{"data":[{"index":0,"embedding":[${vector.map(() => "1e999").join()}]}]}`),
      "base64": json(item({ embedding: "AACAPg==" })),
      "an error with a text": json({ error: { message: PROMPT, code: "bad_input" } }, 400),
      "an error in 200": json({ error: { message: PROMPT } }),
      "a page": (_asked, response) => { response.writeHead(200, { "content-type": "text/html" }).end(`<p>${PROMPT}</p>`); },
      "a redirect": (_asked, response) => { response.writeHead(302, { location: "http://127.0.0.1:9/" }).end(); },
      "too much": json({ data: [{ index: 0, embedding: vector, more: "x".repeat(200_000) }] }),
      "no UTF-8": (_asked, response) => { response.writeHead(200, { "content-type": "application/json" }).end(Buffer.from([0x22, 0xff, 0x22])); },
      "deep nesting": json("[".repeat(60_000)),
    };
    for (const [name, fault] of Object.entries(faults)) {
      endpoint.fault = fault;
      const error = await rejection(open({ batchTexts: 1 }).encode(PROMPT));
      expect(error, name).toMatchObject({ code: "ExecutionFailed" });
      expect(JSON.stringify([error.message, error]), name).not.toContain(PROMPT);
    }
  });

  it("lets nobody's text fail for another's", async () => {
    endpoint.fault = ({ input, data }, response) => { json(input.includes("bad") ? { error: { code: "too_long" } } : { data }, input.includes("bad") ? 400 : 200)({ input, data }, response); };
    const settled = await Promise.allSettled(["a", "bad", "b"].map((text) => open().encode(text)));
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const encoder = open();
    const together = await Promise.allSettled(["a", "bad", "b"].map((text) => encoder.encode(text)));
    expect(together.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("tries once more where the endpoint is away, unless it says to come back much later", async () => {
    let tries = 0;
    endpoint.fault = ({ data, input }, response) => { json({ data }, ++tries === 1 ? 503 : 200)({ data, input }, response); };
    expect(await open().encode("a")).toEqual(encodeVector(fakeVector("a", 26)).field);
    expect(tries).toBe(2);
    endpoint.fault = json({}, 429, { "retry-after": "30" });
    endpoint.inputs.length = 0;
    expect(await rejection(open().encode("a"))).toMatchObject({ code: "ServiceUnavailable", details: { retry_after_ms: 30_000 } });
    expect(endpoint.inputs).toHaveLength(1);
    endpoint.fault = (_asked, response) => { response.destroy(); };
    endpoint.inputs.length = 0;
    expect(await rejection(open().encode("a"))).toMatchObject({ code: "ServiceUnavailable" });
    expect(endpoint.inputs).toHaveLength(2);
  });

  it("waits no longer than it is told to", async () => {
    endpoint.fault = () => undefined;
    expect(await rejection(open({ timeoutMs: 50 }).encode("a"))).toMatchObject({ code: "DeadlineExceeded" });
    const closing = open();
    const underWay = rejection(closing.encode("b"));
    // The one before may have been given up before it was sent.
    await expect.poll(() => endpoint.inputs).toContainEqual(["b"]);
    await closing.close();
    expect(await underWay).toMatchObject({ code: "ExecutionFailed" });
  });

  it("calls no address that is not allowed", async () => {
    const places: readonly Partial<EmbeddingsEncoderOptions>[] = [{ locality: "external" }, { baseUrl: endpoint.baseUrl.replace("127.0.0.1", "localhost"), locality: "external" }, { baseUrl: "http://169.254.169.254/v1" }, { baseUrl: "http://10.0.0.1/v1" }];
    for (const more of places) {
      expect(await rejection(open({ ...more, timeoutMs: 20_000 }).encode("a")), JSON.stringify(more)).toMatchObject({ code: "ServiceUnavailable" });
    }
    expect(endpoint.inputs).toEqual([]);
    expect(await open({ locality: "external", http: { allow: ({ address }) => address === "127.0.0.1" } }).encode("a")).toHaveLength(128);
  });

  it("says what is wrong with how it is opened, and nothing of its secret", async () => {
    for (const dimensions of [0, -1, 1.5, 1e9]) expect(() => open({ dimensions })).toThrow(expect.objectContaining({ code: "InvalidField" }) as Error);
    for (const odd of [{ model: "two words" }, { model: "x".repeat(120) }, { id: "" }]) expect(() => open(odd)).toThrow(expect.objectContaining({ code: "InvalidField", details: { field: "id" } }) as Error);
    for (const baseUrl of ["ftp://example.com", "no url", "http://user:word@example.com/v1"]) expect(() => open({ baseUrl })).toThrow(expect.objectContaining({ code: "ServiceUnavailable" }) as Error);
    const error = await rejection(open({ auth: { scheme: "bearer", secret: "env:KEY" }, http: { resolveSecret: () => `${SECRET}\n` } }).encode("a"));
    expect(error).toMatchObject({ code: "ServiceUnavailable" });
    expect(JSON.stringify([error.message, error])).not.toContain(SECRET);
  });
});
