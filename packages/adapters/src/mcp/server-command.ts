/**
 * How the operator starts an MCP server that speaks over standard input and output. A contract only names it
 * (`api.server`): it can never bring a command line along.
 */
export interface McpServerCommand {
  /** The program; without a path it is looked up in the PATH of `env`. */
  readonly command: string;
  readonly args?: readonly string[];
  /** The whole environment of the program: nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Where its standard error goes. Default `ignore`. */
  readonly stderr?: "ignore" | "inherit";
}
