import type { ListedTool } from "@caio/adapters";
import type { ActionKind, Principal } from "@caio/contracts";
import type { Orchestration } from "@caio/orchestrator";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js";

import { asCaioError } from "../door/error-reply.ts";
import { shownError } from "../door/shown-error.ts";
import { approvalIn, orchestrateApproved } from "../wiring/approvals/with-approval.ts";
import { GATEWAY_VERSION, type GatewayCore } from "../wiring/gateway-core.ts";
import { actionOfCapability, actionOfHints } from "./action-kind.ts";
import type { ArgumentCheck } from "./argument-check.ts";
import { federatedTools, findTool, inputSchemaOf, toolEntry, type FederatedTool, type OnLeftOut } from "./federated-tools.ts";
import { errorAnswer, toolAnswer } from "./tool-answer.ts";
import { toolDocument, type ToolCall } from "./tool-call.ts";
import type { ToolCatalogue } from "./tool-catalogue.ts";

/** What all MCP requests share. */
export interface McpFace {
  readonly core: GatewayCore;
  readonly catalogue: ToolCatalogue;
  readonly checks: ArgumentCheck;
}

/** Whose request it is. */
export interface McpVisit {
  readonly caller: Principal;
  /** Scheme and host that the caller used, for the address of the receipt. */
  readonly base: string;
  readonly onLeftOut: OnLeftOut;
}

const INSTRUCTIONS = "Tools of many servers behind one gateway, named <service>__<tool>. Every call is decided by contract and policy and leaves a receipt: see _meta of the result.";
/** How often a tool is looked up for one call whose service is swapped each time. */
const MAX_LOOKS = 3;
/** Built once: the server would make a compiler of its own for every request. */
const noElicitation = { getValidator: () => () => ({ valid: false as const, data: undefined, errorMessage: "not asked for" }) };

/** An MCP server for one request of one caller. */
export function mcpServer(face: McpFace, visit: McpVisit): McpServer {
  const made = new McpServer(
    { name: "caio", version: GATEWAY_VERSION },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS, jsonSchemaValidator: noElicitation },
  );
  // Tools that come and go with the registry are told by handlers, not by registration.
  const { server } = made;
  server.setRequestHandler(ListToolsRequestSchema, async () => {
    const tools = await federatedTools(face.core, face.catalogue, visit.caller, visit.onLeftOut);
    return { tools: tools.map(toolEntry) };
  });
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const sent = { arguments: params.arguments ?? {}, meta: params._meta };
    for (let looks = 1; ; looks++) {
      const found = findTool(face.core, visit.caller, params.name);
      if (found === undefined) throw new McpError(ErrorCode.InvalidParams, `Unknown tool: ${params.name.slice(0, 200)}. See tools/list.`, { code: "NotFound" });
      try {
        const ended = await call(face, visit, found, sent, signal);
        if (looks === MAX_LOOKS || !wasSwapped(ended)) return toolAnswer(ended, visit.base);
      } catch (error) {
        return errorAnswer(shownError(asCaioError(error)));
      }
    }
  });
  return made;
}

async function call({ core, catalogue, checks }: McpFace, visit: McpVisit, found: Omit<FederatedTool, "listed">, sent: ToolCall, signal: AbortSignal): Promise<Orchestration> {
  const { entry, route } = found;
  const known = await catalogue.lastKnown(entry).catch((error: unknown) => {
    // The contract may say all that is needed; then the call itself tells what is wrong with its server.
    if (actionOfCapability(route.capability) === undefined) throw error;
    return undefined;
  });
  const listed = known?.find(({ name }) => name === route.tool);
  checks.check(sent.arguments, inputSchemaOf(route, listed));
  const document = toolDocument(found, sent, actionOf(found, listed));
  // The name, its schema and its capability are those of this contract: under another they may mean another tool.
  const contracts = { [entry.contract.serviceId]: entry.contractDigest };
  return await orchestrateApproved(core, document, visit.caller, { signal, contracts, ...approvalIn({}, sent.meta) });
}

/** The service was swapped between looking the tool up and deciding: nothing was called. */
function wasSwapped(ended: Orchestration): boolean {
  return ended.kind === "failed" && ended.attempts.length === 0 && ended.error.details["reason"] === "contract_swapped";
}

/** The operator's word, which is the contract's, before the server's hints; without either a tool may destroy. */
function actionOf({ route }: Omit<FederatedTool, "listed">, listed: ListedTool | undefined): ActionKind {
  return actionOfCapability(route.capability) ?? actionOfHints(listed?.hints ?? {});
}
