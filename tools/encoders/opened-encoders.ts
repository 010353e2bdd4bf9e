import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { EmbeddingsEncoder } from "@caio/adapters";
import { HashingEncoder, type AsyncEncoder, type Encoder } from "@caio/control";
import { openUseEncoder } from "@caio/encoder-use";
import { FakeEmbeddings } from "@caio/fakes";

/** An encoder that is ready, and how it is ended. */
export interface OpenedEncoder {
  readonly encoder: Encoder | AsyncEncoder;
  readonly close: () => Promise<void>;
}

/** Encoders by what they are called in a table; each opens it anew. */
export const openedEncoders: readonly (readonly [name: string, open: () => Promise<OpenedEncoder>])[] = [
  ["hashing", () => Promise.resolve({ encoder: new HashingEncoder(), close: () => Promise.resolve() })],
  ["USE lite, in a thread", openUse],
  ["endpoint: USE lite, in another process", openService],
  ["endpoint: a fake that answers at once", openFake],
];

async function openUse(): Promise<OpenedEncoder> {
  const encoder = openUseEncoder();
  await encoder.ready();
  return { encoder, close: () => encoder.close() };
}

async function openService(): Promise<OpenedEncoder> {
  const script = fileURLToPath(new URL("../gateway/use-embeddings-service.ts", import.meta.url));
  const service = spawn(process.execPath, ["--import", "tsx", "-C", "@caio/source", script], { stdio: ["ignore", "pipe", "ignore"] });
  const [baseUrl] = (await once(createInterface({ input: service.stdout }), "line")) as [string];
  const encoder = new EmbeddingsEncoder({ baseUrl, model: "use-lite-en", dimensions: 512, locality: "local", calls: 1, timeoutMs: 120_000 });
  const close = async (): Promise<void> => {
    await encoder.close();
    service.kill("SIGKILL");
  };
  return { encoder, close };
}

async function openFake(): Promise<OpenedEncoder> {
  const endpoint = await FakeEmbeddings.start(512);
  const encoder = new EmbeddingsEncoder({ baseUrl: endpoint.baseUrl, model: "letters", dimensions: 512, locality: "local" });
  const close = async (): Promise<void> => {
    await encoder.close();
    await endpoint.stop();
  };
  return { encoder, close };
}
