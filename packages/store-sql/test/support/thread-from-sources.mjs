// The thread of the stores for a test: it reads the sources.
import { parentPort, workerData } from "node:worker_threads";

import { register } from "tsx/esm/api";

register();
const { runStoreThread } = await import("@caio/store-sql");
await runStoreThread(parentPort, workerData);
