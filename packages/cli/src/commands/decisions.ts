import { CaioError } from "@caio/core";
import { z } from "zod";

import { verifierKeys } from "../bundle/read-bundle-file.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { writeFileWhole } from "../load/write-file.ts";
import { DECISION_COLUMNS, decisionRow } from "../present/decisions.ts";
import { styleOf } from "../present/style.ts";
import { decisionList } from "../remote/decision-answer.ts";
import { GatewayClient, queryOf, type RemoteOptions } from "../remote/gateway-client.ts";
import { gatewayNews } from "../watch/gateway-news.ts";
import { tableLook, type Look } from "../watch/look.ts";
import { showOrWatch, type WatchOption } from "../watch/watch.ts";
import type { CommandContext, JsonOption, RunCommand } from "./command-context.ts";
import { reportInvalid, showBundle } from "./explain.ts";

export interface DecisionsOptions extends JsonOption, RemoteOptions, WatchOption {
  /** At most 200; default 20. */
  readonly limit?: number | undefined;
  readonly service?: string | undefined;
  readonly outcome?: string | undefined;
  readonly tenant?: string | undefined;
  /** Decisions before this index of the log. */
  readonly before?: number | undefined;
}

const SHOWN = 20;

/** `caio decisions`: the newest decisions of a running gateway; with `--watch` as they are made. */
export const decisions: RunCommand<DecisionsOptions> = async (options, context) => {
  const { limit = SHOWN, service, outcome, tenant, before, json, watch } = options;
  const { terminal, door } = context;
  const client = await clientOf(options, context);
  const query = queryOf({ limit, service, outcome, tenant, before });
  const style = styleOf(terminal);
  // Lines that are appended say the day: at midnight those of the day before would else be others, and come again.
  const grows = watch === true && !terminal.interactive;
  const look = async (): Promise<Look> => {
    const { answer: page, whole } = await client.askWhole("GET", `/decisions?${query}`, decisionList);
    const rows = page.decisions.map((each) => decisionRow(each, grows ? undefined : door.now(), style));
    const empty = page.recorded ? "No decisions yet." : "This gateway keeps no record of decisions (record: false).";
    return tableLook(DECISION_COLUMNS, rows, { style: { ...style, columns: terminal.columns }, empty, value: whole });
  };
  return await showOrWatch({ look, wait: gatewayNews(client, ["decision", "feedback"], terminal.signal), terminal, json }, { watch });
};

export interface DecisionCommandOptions extends JsonOption, RemoteOptions {
  /** Its id, or how it begins. */
  readonly id: string;
  /** Where its bundle goes, with the gateway's public key beside it as `.pub`. */
  readonly bundle?: string | undefined;
}

/** `caio decision ID`: why, and why not, from the receipt that the gateway gives, checked against the gateway's key. */
export const decision: RunCommand<DecisionCommandOptions> = async ({ id: said, bundle: out, json, ...remote }, context) => {
  const client = await clientOf(remote, context);
  const id = await wholeId(said, client);
  const bytes = await client.bytes(`/traces/${id}/bundle`);
  const keys = new TextDecoder().decode(await client.bytes("/log/key"));
  if (out !== undefined) {
    await writeFileWhole(out, bytes);
    await writeFileWhole(`${out}.pub`, keys);
  }
  const publicKey = verifierKeys(keys);
  if (publicKey.length === 0) throw new CaioError("InvalidProof", "The gateway gives no public key that is one. Is it a gateway of CAIO?");
  const code: ExitCode = await reportInvalid(() => showBundle(bytes, { file: out ?? id, publicKey, json }, context), { json }, context);
  if (json !== true && out !== undefined && code !== exitCodes.problems) context.terminal.write(`\nIts receipt is ${out}. Anybody may check it: caio verify ${out} --key ${out}.pub\n`);
  return code;
};

const LEAST = 6;
const ids = z.object({ decisions: z.array(z.object({ id: z.string() })) });

/** The id that is meant: whole, or by how it begins, and ends where a table cut it, among those made last. @throws CaioError */
async function wholeId(said: string, client: GatewayClient): Promise<string> {
  if (/^[0-9a-f]{64}$/.test(said)) return said;
  const [head = "", tail = ""] = said.split(/…|\.{3}/);
  if (!/^[0-9a-f]*$/.test(head + tail) || head.length < LEAST) throw new CaioError("InvalidField", `${said.slice(0, 80)}: this is no id of a decision. It has 64 hex digits; the first ${String(LEAST)} will do for one made lately: caio decisions lists them.`, { details: { expected: "64 hex digits" } });
  const { decisions: known } = await client.ask("GET", "/decisions?limit=200", ids);
  const found = known.map(({ id }) => id).filter((id) => id.startsWith(head) && id.endsWith(tail));
  const [only, ...others] = [...new Set(found)];
  if (only !== undefined && others.length === 0) return only;
  const words = only === undefined ? "none of the last 200 decisions begins like that. Give the whole id." : `${String(found.length)} decisions begin like that. Give more of the id.`;
  throw new CaioError("NotFound", `${said}: ${words}`, { details: { decision: said } });
}

function clientOf(options: RemoteOptions, { terminal: { signal }, environment = {} }: CommandContext): Promise<GatewayClient> {
  return GatewayClient.open(options, { environment, signal });
}
