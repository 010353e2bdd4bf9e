export { defineService } from "./define-service.ts";
export type { CallOptions, ExecutionContext, Usage } from "./execution-context.ts";
export type { ListeningService, ListenOptions } from "./http/listen.ts";
export type { InProcessService } from "./in-process-service.ts";
export type { BrokenPromise, ServiceDefinition } from "./service-definition.ts";
export { Service } from "./service.ts";
