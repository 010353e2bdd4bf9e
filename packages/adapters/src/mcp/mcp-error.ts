import { isCaioError, type CaioError } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";

import { asExecutorError, executorError, type ExecutorErrorCode } from "../executor-error.ts";

const CONNECTION_CLOSED: number = ErrorCode.ConnectionClosed;
const REQUEST_TIMEOUT: number = ErrorCode.RequestTimeout;

/** What the MCP client threw, as an executor's error. Its texts are left out: servers write them and may quote the payload. */
export function mcpError(thrown: unknown, contract: ServiceContract): CaioError<ExecutorErrorCode> {
  if (isCaioError(thrown)) return asExecutorError(thrown, contract);
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
