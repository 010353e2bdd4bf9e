// A thread of a DecisionPool, from sources or as built: a thread does not take over the loader of the process.
import { parentPort, workerData } from "node:worker_threads";

if (workerData.sources) (await import("tsx/esm/api")).register();
const { runDecisionThread } = await import("@caio/orchestrator");
if (parentPort !== null) runDecisionThread(parentPort);
