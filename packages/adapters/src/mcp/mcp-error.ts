import { isCaioError, type CaioError } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";
import { asExecutorError, executorError, type ExecutorErrorCode } from "@caio/contracts/executor";
import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";

import { AddressRefused } from "../http/guarded-pools.ts";
import { codeOf, transportError } from "../http/transport-error.ts";

const CONNECTION_CLOSED: number = ErrorCode.ConnectionClosed;
const REQUEST_TIMEOUT: number = ErrorCode.RequestTimeout;

/** Statuses by which a server says that it is not there for now (as of a service over HTTP). */
const AWAY = new Set([404, 429, 502, 503]);
const LATE = new Set([408, 504]);

/**
 * Whether the server does not know the session (any more): nothing was done, and a new session may be begun. The protocol says 404;
 * many servers say 400.
 */
export function isLostSession(thrown: unknown): boolean {
  return thrown instanceof StreamableHTTPError && (thrown.code === 404 || thrown.code === 400);
}

/** Whether a connection over HTTP is of no more use. A connection that closed by itself has said so already. */
export function mustReconnect(thrown: unknown): boolean {
  return isLostSession(thrown) || (!isCaioError(thrown) && isNetworkFault(thrown));
}

function isNetworkFault(thrown: unknown): boolean {
  return thrown instanceof AddressRefused || /^(UND_ERR_|E[A-Z]+$|HPE_)/.test(codeOf(thrown));
}

/** What the MCP client threw, as an executor's error. Its texts are left out: servers write them and may quote the payload. */
export function mcpError(thrown: unknown, contract: ServiceContract): CaioError<ExecutorErrorCode> {
  if (isCaioError(thrown)) return asExecutorError(thrown, contract);
  if (thrown instanceof StreamableHTTPError) return httpError(thrown.code ?? 0, contract);
  if (isNetworkFault(thrown)) return transportError(thrown, contract);
  if (!(thrown instanceof McpError)) {
    const lost = thrown instanceof Error && /not connected|has ended|does not read|EPIPE|fetch failed/i.test(thrown.message);
    return lost
      ? executorError("ServiceUnavailable", contract, "the connection to its server is lost. The next call opens it again.")
      : executorError("ExecutionFailed", contract, "its server answered with something that is no tool result. Correct the server.");
  }
  const { code } = thrown;
  const details = { mcp_code: code };
  if (code === CONNECTION_CLOSED) {
    return executorError("ServiceUnavailable", contract, "its server ended during the call. The next call starts it again.", { details });
  }
  if (code === REQUEST_TIMEOUT) {
    return executorError("DeadlineExceeded", contract, "its server did not answer in time.", { details });
  }
  return executorError("ExecutionFailed", contract, "its server refused the call. Check that the tool exists and takes this payload.", { details });
}

function httpError(status: number, contract: ServiceContract): CaioError<ExecutorErrorCode> {
  const code = AWAY.has(status) ? "ServiceUnavailable" : LATE.has(status) ? "DeadlineExceeded" : "ExecutionFailed";
  const said = status > 0 ? `its server answered with HTTP status ${String(status)}.` : "its server answered with another content type than MCP has.";
  return executorError(code, contract, said, { details: { status } });
}
