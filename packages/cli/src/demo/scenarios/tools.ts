import { lineOf, type RequestLine } from "../request-line.ts";
import { Expectations, type Scenario } from "../scenario.ts";

const EXPECTED = [
  ["echo", "mcp-everything"],
  ["read-file", "mcp-filesystem"],
  ["remember", "mcp-memory"],
  ["recall", "mcp-memory"],
] as const;

/** Tools of MCP servers are services like any other. */
export const tools: Scenario = {
  title: "Tools over MCP",
  announced: "echo, a file, memory written and found again, each by the server that offers it",
  play: async (stage) => {
    const expectations = new Expectations();
    const lines: RequestLine[] = [];
    const principal = await stage.principal();
    for (const [name, service] of EXPECTED) {
      const result = await stage.orchestrate(await stage.request(name), principal);
      const chosen = result.decision.kind === "chosen" ? result.decision.outcome.selected.service : result.decision.code;
      expectations.that(result.kind === "success" && chosen === service, `${name} is answered by ${service} (found ${chosen}, ${result.kind})`);
      lines.push(lineOf(name, result));
    }
    return { lines, unmet: expectations.unmet };
  },
};
