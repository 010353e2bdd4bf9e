/** A process that works off tasks of the scorecard, one at a time. Where a source file is to be broken, a loader before it does so. */
import { checkGroups } from "./check-groups.ts";
import { runTask, type Task } from "./engine/task.ts";
import type { Reply } from "./engine/worker-pool.ts";

process.on("message", (task: Task) => {
  void runTask(task, checkGroups)
    .then(
      (findings): Reply => ({ findings }),
      (error: unknown): Reply => ({ stopped: error instanceof Error ? error.message : String(error) }),
    )
    // Nobody may be there any more to hear it.
    .then((reply) => process.send?.(reply, undefined, undefined, () => undefined));
});

// Whoever asked is gone.
process.on("disconnect", () => process.exit());
