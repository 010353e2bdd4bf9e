/**
 * Names of attributes. Those of OpenTelemetry (HTTP, server and error: semantic conventions 1.45; `gen_ai.*`: the conventions for generative AI,
 * which are still under development) are here and nowhere else, so that another version of them is a change of this file.
 */
export const names = {
  method: "http.request.method",
  route: "http.route",
  status: "http.response.status_code",
  errorType: "error.type",
  serverAddress: "server.address",
  serverPort: "server.port",

  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  requestModel: "gen_ai.request.model",
  requestMaxTokens: "gen_ai.request.max_tokens",
  responseModel: "gen_ai.response.model",
  finishReasons: "gen_ai.response.finish_reasons",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  toolName: "gen_ai.tool.name",

  decisionId: "caio.decision.id",
  parentId: "caio.decision.parent",
  outcome: "caio.decision.outcome",
  candidates: "caio.decision.candidates",
  admitted: "caio.decision.admitted",
  decidingUs: "caio.decision.deciding_us",
  service: "caio.service",
  attempt: "caio.attempt",
  attemptStatus: "caio.attempt.status",
  attemptSent: "caio.attempt.sent",
  violations: "caio.attempt.violations",
  costMicros: "caio.attempt.cost_micros",
  latencyUs: "caio.attempt.latency_us",
} as const;

/** What `gen_ai.operation.name` may say here. */
export type Operation = "chat" | "embeddings" | "execute_tool" | "invoke_agent";
