import { Task, TaskState, type AgentCard, type GetTaskRequest, type ListTasksRequest, type ListTasksResponse, type Part, type SendMessageRequest, type StreamResponse } from "@a2a-js/sdk";
import { PushNotificationNotSupportedError, TaskNotCancelableError, TaskNotFoundError, UnsupportedOperationError } from "@a2a-js/sdk/errors";
import type { A2ARequestHandler } from "@a2a-js/sdk/server";
import type { Principal } from "@caio/contracts";
import type { OrchestrationEvent } from "@caio/orchestrator";
import type { ServiceEntry } from "@caio/registry";

import { approvalIn, orchestrateApproved, streamApproved } from "../wiring/approvals/with-approval.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import { agentCard } from "./agent-card.ts";
import type { FinishedTasks } from "./finished-tasks.ts";
import { messageDocument } from "./message-document.ts";
import { partsOf } from "./message-parts.ts";
import { protocolError } from "./protocol-error.ts";
import { artifactOf, decisionMetadata, statusOf, taskAnswer, type TaskFrame } from "./task-answer.ts";

/** Whose request it is, and how long it is wanted. */
export interface VisitFrame {
  readonly core: GatewayCore;
  readonly tasks: FinishedTasks;
  readonly caller: Principal;
  readonly base: string;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

const MAX_PAGE = 100;

/** The agent that the gateway is, to one caller for one request. Its tasks are over when they are answered. */
export class A2aVisit implements A2ARequestHandler {
  readonly #frame: VisitFrame;
  readonly #owner: string;

  constructor(frame: VisitFrame) {
    this.#frame = frame;
    const { tenant, issuer, subject } = frame.caller;
    this.#owner = JSON.stringify([tenant, issuer, subject]);
  }

  getAgentCard(): Promise<AgentCard> {
    return Promise.resolve(agentCard(this.#view(), this.#frame.base));
  }

  getAuthenticatedExtendedAgentCard(): Promise<AgentCard> {
    return this.getAgentCard();
  }

  /** The task, over: completed, rejected or failed. */
  async sendMessage(request: SendMessageRequest): Promise<Task> {
    const { core, caller, signal } = this.#frame;
    try {
      const ended = await orchestrateApproved(core, messageDocument(request, this.#view()), caller, { signal, ...approvalIn({}, { ...request.message?.metadata, ...request.metadata }) });
      const task = taskAnswer(ended, this.#taskFrame(request, ended.decision.decisionId));
      this.#frame.tasks.keep(this.#owner, task);
      return task;
    } catch (error) {
      throw protocolError(error);
    }
  }

  /** The task while it is worked on: first itself, then parts of its artifact, then its last state. It never ends without that. */
  async *sendMessageStream(request: SendMessageRequest): AsyncGenerator<StreamResponse, void, undefined> {
    const { core, caller, signal } = this.#frame;
    try {
      const events = streamApproved(core, messageDocument(request, this.#view()), caller, { signal, ...approvalIn({}, { ...request.message?.metadata, ...request.metadata }) });
      const progress: Progress = { frame: undefined, given: [] };
      for await (const event of events) yield* this.#responses(event, request, progress);
    } catch (error) {
      throw protocolError(error);
    }
  }

  getTask({ id }: GetTaskRequest): Promise<Task> {
    return Promise.resolve(this.#task(id));
  }

  listTasks({ contextId, status, pageSize, includeArtifacts }: ListTasksRequest): Promise<ListTasksResponse> {
    const size = Math.min(MAX_PAGE, Math.max(1, pageSize ?? 50));
    const all = this.#frame.tasks.of(this.#owner).filter((task) => (contextId === "" || task.contextId === contextId) && (status === TaskState.TASK_STATE_UNSPECIFIED || task.status?.state === status));
    const tasks = all.slice(0, size).map((task) => (includeArtifacts === true ? task : { ...task, artifacts: [] }));
    return Promise.resolve({ tasks, nextPageToken: "", pageSize: size, totalSize: all.length });
  }

  cancelTask({ id }: { readonly id: string }): Promise<Task> {
    throw new TaskNotCancelableError(`Task ${this.#task(id).id} is over. To end one that is worked on, end its request.`);
  }

  // eslint-disable-next-line require-yield -- The protocol has a stream here; there is never one to join.
  async *resubscribe({ id }: { readonly id: string }): AsyncGenerator<StreamResponse, void, undefined> {
    await Promise.resolve();
    throw new UnsupportedOperationError(`Task ${this.#task(id).id} is over. Get it instead.`);
  }

  createTaskPushNotificationConfig(): Promise<never> {
    return noNotifications();
  }

  getTaskPushNotificationConfig(): Promise<never> {
    return noNotifications();
  }

  listTaskPushNotificationConfigs(): Promise<never> {
    return noNotifications();
  }

  deleteTaskPushNotificationConfig(): Promise<never> {
    return noNotifications();
  }

  *#responses(event: OrchestrationEvent, request: SendMessageRequest, progress: Progress): Generator<StreamResponse, void, undefined> {
    if (event.kind === "decided") {
      // A fallback is a new decision within the same task.
      if (progress.frame !== undefined) return;
      const frame = (progress.frame = this.#taskFrame(request, event.decision.decisionId));
      const status = { state: TaskState.TASK_STATE_WORKING, message: undefined, timestamp: undefined };
      const metadata = decisionMetadata(event.decision.decisionId, frame.base);
      yield { payload: { $case: "task", value: { id: frame.taskId, contextId: frame.contextId, status, artifacts: [], history: [], metadata } } };
    } else if (event.kind === "delta" && progress.frame !== undefined) {
      const parts = partsOf(event.value).filter(({ content }) => content?.$case !== "text" || content.value !== "");
      if (parts.length === 0) return;
      const { taskId, contextId } = progress.frame;
      const append = progress.given.length > 0;
      progress.given.push(...parts);
      yield { payload: { $case: "artifactUpdate", value: { taskId, contextId, artifact: artifactOf(parts), append, lastChunk: false, metadata: undefined } } };
    } else if (event.kind === "ended") {
      const { orchestration: ended } = event;
      const frame = progress.frame ?? this.#taskFrame(request, ended.decision.decisionId);
      const task = taskAnswer(ended, frame, progress.given);
      this.#frame.tasks.keep(this.#owner, task);
      if (progress.frame === undefined) yield { payload: { $case: "task", value: task } };
      else yield { payload: { $case: "statusUpdate", value: { taskId: frame.taskId, contextId: frame.contextId, status: statusOf(ended, frame), metadata: task.metadata } } };
    }
  }

  #view(): readonly ServiceEntry[] {
    const { core, caller } = this.#frame;
    return core.registry.snapshot().view(caller.tenant).services;
  }

  #task(id: string): Task {
    const task = this.#frame.tasks.get(this.#owner, id);
    if (task === undefined) throw new TaskNotFoundError(`No task ${id.slice(0, 100)}. Tasks are kept for a while only; their decisions are in the log.`);
    return task;
  }

  #taskFrame({ message }: SendMessageRequest, decisionId: string): TaskFrame {
    const given = message?.contextId ?? "";
    return { taskId: decisionId, contextId: given === "" ? decisionId : given, base: this.#frame.base };
  }
}

interface Progress {
  frame: TaskFrame | undefined;
  readonly given: Part[];
}

function noNotifications(): Promise<never> {
  return Promise.reject(new PushNotificationNotSupportedError("This gateway calls nobody. Get the task, or send the message as a stream."));
}
