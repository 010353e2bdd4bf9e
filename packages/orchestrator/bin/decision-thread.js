// A thread of a DecisionPool.
import { parentPort } from "node:worker_threads";

import { runDecisionThread } from "@caio/orchestrator";

if (parentPort !== null) runDecisionThread(parentPort);
