import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";

import type { HouseCaller } from "../house/house-caller.ts";
import type { House } from "../house/open-house.ts";

/** How a call of a tool ended: its text, or the code of the refusal; and the decision that it was. */
export interface ToolAnswer {
  readonly text: string;
  readonly code: string | undefined;
  readonly approval: string | undefined;
  readonly decisionId: string;
}

/** The client of the MCP SDK, unmodified, with a key of the gateway. */
export class ToolUser {
  readonly #client: Client;
  readonly caller: HouseCaller;

  private constructor(client: Client, caller: HouseCaller) {
    this.#client = client;
    this.caller = caller;
  }

  static async connect({ url }: House, caller: HouseCaller): Promise<ToolUser> {
    const client = new Client({ name: "example", version: "1.0.0" });
    await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", url), { requestInit: { headers: { authorization: `Bearer ${caller.key}` } } }));
    return new ToolUser(client, caller);
  }

  async tools(): Promise<readonly string[]> {
    return (await this.#client.listTools()).tools.map(({ name }) => name);
  }

  /** @param approval - of a call that a person has approved */
  async call(name: string, parameters: Readonly<Record<string, unknown>>, approval?: string): Promise<ToolAnswer> {
    const meta = approval === undefined ? {} : { _meta: { "caio-approval": approval } };
    const { content, _meta: said } = (await this.#client.callTool({ name, arguments: { ...parameters }, ...meta })) as CallToolResult;
    const error = said?.["caio/error"] as { readonly code: string; readonly details?: { readonly approval?: string } } | undefined;
    const [first] = content;
    return { text: first?.type === "text" ? first.text : "", code: error?.code, approval: error?.details?.approval, decisionId: String(said?.["caio/decision-id"]) };
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}
