// The thread of the stores, from sources or as built: a thread does not take over the loader of the process.
import { parentPort, workerData } from "node:worker_threads";

if (workerData.sources) (await import("tsx/esm/api")).register();
const { runStoreThread } = await import("@caio/store-sql");
if (parentPort !== null) await runStoreThread(parentPort, workerData.options);
