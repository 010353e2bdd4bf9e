import { CaioError, type JsonValue } from "@caio/core";
import { z } from "zod";

import { exitCodes } from "../exit-code.ts";
import { readText } from "../load/read-text.ts";
import { writeFileWhole } from "../load/write-file.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { oneLine } from "../present/plain-text.ts";
import { styleOf } from "../present/style.ts";
import { tableText } from "../present/table.ts";
import { GatewayClient, type RemoteOptions } from "../remote/gateway-client.ts";
import type { Terminal } from "../terminal.ts";
import type { CommandContext, JsonOption, RunCommand } from "./command-context.ts";

export interface PolicyOptions extends JsonOption, RemoteOptions {}

/** As many bytes as a gateway takes unless it is told otherwise. */
const MAX_EXPORT_BYTES = 4 * 1024 * 1024;

const brief = z.object({ id: z.string(), version: z.number().int(), digest: z.string(), rules: z.number().int() });
const listed = z.object({ version: z.number().int(), base: z.string(), policies: z.array(brief) });
const exported = z.object({ caio_policies: z.literal(1), base: z.string(), policies: z.array(z.record(z.string(), z.json())) });
const imported = z.object({ base: z.string(), exported_base: z.string().nullable(), policies: z.array(brief), findings: z.array(z.record(z.string(), z.json())) });

/** `caio policy list`: the versions in force. */
export const listPolicies: RunCommand<PolicyOptions> = async (options, context) => {
  const all = await (await clientOf(options, context)).ask("GET", "/policies", listed);
  context.terminal.write(options.json === true ? prettyJson(all) : tableOf(all.policies, all.base, context.terminal));
  return exitCodes.ok;
};

/** `caio policy export`: the policies in force, in one document that `import` takes. */
export const exportPolicies: RunCommand<PolicyOptions & { readonly out?: string | undefined }> = async (options, context) => {
  const document = await (await clientOf(options, context)).ask("GET", "/policies/export", exported);
  if (options.out === undefined) context.terminal.write(prettyJson(document));
  else {
    await writeFileWhole(options.out, prettyJson(document));
    context.terminal.write(options.json === true ? prettyJson({ file: options.out, policies: document.policies.length }) : `${options.out}: ${String(document.policies.length)} policies\n`);
  }
  return exitCodes.ok;
};

/** `caio policy import FILE`: all of them or none; policies that the document does not hold stay as they are. */
export const importPolicies: RunCommand<PolicyOptions & { readonly file: string }> = async ({ file, ...options }, context) => {
  const document = parsed(await readText(file, "InvalidPolicy", MAX_EXPORT_BYTES), file);
  const answer = await (await clientOf(options, context)).ask("POST", "/policies/import", imported, document);
  if (options.json === true) context.terminal.write(prettyJson(answer));
  else {
    context.terminal.write(tableOf(answer.policies, answer.base, context.terminal));
    if (answer.exported_base !== null && answer.exported_base !== answer.base) {
      context.terminal.writeError(`Note: there, ${oneLine(answer.exported_base)} held for every request; here it is ${oneLine(answer.base)}.\n`);
    }
  }
  return exitCodes.ok;
};

function clientOf(options: PolicyOptions, { terminal: { signal }, environment = {} }: CommandContext): Promise<GatewayClient> {
  return GatewayClient.open(options, { environment, signal });
}

function tableOf(policies: readonly z.output<typeof brief>[], base: string, terminal: Terminal): string {
  const rows = policies.map(({ id, version, digest, rules }) => [oneLine(id), String(version), String(rules), digest, id === base ? "holds for every request" : ""]);
  return tableText(["policy", { title: "version", as: "figure" }, { title: "rules", as: "figure" }, { title: "digest", as: "id" }, ""], rows, styleOf(terminal));
}

function parsed(text: string, file: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new CaioError("InvalidPolicy", `${file}: this is no JSON. Expected what caio policy export writes.`, { details: { file }, cause });
  }
}
