/**
 * `tsx -C @caio/source tools/gateway/use-embeddings-service.ts [--port N]`: a real embedding model that speaks OpenAI's `/v1/embeddings`.
 * Its one line of output is its base URL.
 */
import process from "node:process";
import { parseArgs } from "node:util";

import { serveEmbeddings } from "./embeddings/embeddings-server.ts";
import { SentenceEncoder } from "./embeddings/sentence-encoder.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
const { baseUrl } = await serveEmbeddings(await SentenceEncoder.load(), Number(values.port));
process.stdout.write(`${baseUrl}\n`);
