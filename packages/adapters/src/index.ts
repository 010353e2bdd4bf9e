export { addressKind, allowByLocality, type AddressKind, type HttpTarget } from "./http/address-policy.ts";
export type { ResolveSecret } from "./http/authorization.ts";
export type { ResolveHost } from "./http/guarded-pools.ts";
export { HttpExecutor, type HttpExecutorOptions } from "./http/http-executor.ts";
export { InProcessExecutor, type InProcessTarget } from "./in-process-executor.ts";
export { McpExecutor, type McpExecutorOptions } from "./mcp/mcp-executor.ts";
export type { McpServerCommand } from "./mcp/server-command.ts";
export { ProtocolDispatcher } from "./protocol-dispatcher.ts";
