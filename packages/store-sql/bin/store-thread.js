// The thread of the stores.
import { parentPort, workerData } from "node:worker_threads";

import { runStoreThread } from "@caio/store-sql";

if (parentPort !== null) await runStoreThread(parentPort, workerData);
