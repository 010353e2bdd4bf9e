import { Role, TaskState, type Message, type Part, type Task, type TaskStatus } from "@a2a-js/sdk";
import type { Orchestration } from "@caio/orchestrator";

import { endingError } from "../native/decision-routes.ts";
import { partsOf, textPart } from "./message-parts.ts";

/** What names a task: the decision that it began with. */
export interface TaskFrame {
  readonly taskId: string;
  readonly contextId: string;
  /** Scheme and host that the caller used, for the address of the receipt. */
  readonly base: string;
}

type Metadata = Record<string, unknown>;

/** Where the decision and its receipt are. */
export function decisionMetadata(decisionId: string, base: string): Metadata {
  return { "caio/decision-id": decisionId, "caio/receipt": `${base}/api/v1/traces/${decisionId}/bundle` };
}

/**
 * How a request ended, as a task: completed with one artifact, rejected by a decision, or failed. Code and details of an error are in the metadata.
 *
 * @param given - parts that were shown already, where the end of a stream does not repeat them
 */
export function taskAnswer(ended: Orchestration, frame: TaskFrame, given: readonly Part[] = []): Task {
  const metadata = decisionMetadata(ended.decision.decisionId, frame.base);
  const parts = ended.kind === "success" && (ended.output !== null || given.length === 0) ? partsOf(ended.output) : [...given];
  const status = statusOf(ended, frame);
  return {
    id: frame.taskId,
    contextId: frame.contextId,
    status,
    artifacts: ended.kind === "success" ? [artifactOf(parts)] : [],
    history: [],
    metadata: ended.kind === "success" ? { ...metadata, "caio/result-digest": ended.resultDigest } : { ...metadata, "caio/error": endingError(ended).toJSON() },
  };
}

/** The state that a task is in at its end; of an end without a result, with words. */
export function statusOf(ended: Orchestration, frame: TaskFrame): TaskStatus {
  if (ended.kind === "success") return { state: TaskState.TASK_STATE_COMPLETED, message: undefined, timestamp: undefined };
  const error = endingError(ended);
  const state = ended.kind === "refused" && ended.attempts.length === 0 ? TaskState.TASK_STATE_REJECTED : TaskState.TASK_STATE_FAILED;
  return { state, message: agentMessage(`${error.code}: ${error.message}`, frame), timestamp: undefined };
}

/** The one artifact of a task. */
export function artifactOf(parts: readonly Part[]): Task["artifacts"][number] {
  return { artifactId: "answer", name: "answer", description: "", parts: [...parts], metadata: undefined, extensions: [] };
}

function agentMessage(text: string, { taskId, contextId }: TaskFrame): Message {
  return { messageId: `${taskId}-end`, contextId, taskId, role: Role.ROLE_AGENT, parts: [textPart(text)], metadata: undefined, extensions: [], referenceTaskIds: [] };
}
