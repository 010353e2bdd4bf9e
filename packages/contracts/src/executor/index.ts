// For those who write executors: `@caio/contracts/executor`
export { stopSignal, untilDeadline, withinDeadline, type CallBound, type StopSignal } from "./call-deadline.ts";
export { asExecutorError, executorError, serviceError, type ExecutorErrorCode } from "./executor-error.ts";
export { checkJsonOutput, parseJsonOutput } from "./json-output.ts";
export { traceFields } from "./trace-fields.ts";
