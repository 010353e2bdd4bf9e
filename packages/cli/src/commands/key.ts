import { unlink } from "node:fs/promises";

import { CaioError, parseDecimal, type JsonObject } from "@caio/core";

import { exitCodes } from "../exit-code.ts";
import { PRIVATE, writeFileWhole, writeNewFile } from "../load/write-file.ts";
import { keysLook, usageLook } from "../present/keys.ts";
import { styleOf } from "../present/style.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { keyList, keyUsage, madeKey, shownKey, type MadeKey } from "../remote/key-answer.ts";
import { GatewayClient, type RemoteOptions } from "../remote/gateway-client.ts";
import type { Terminal } from "../terminal.ts";
import { gatewayNews } from "../watch/gateway-news.ts";
import type { Look } from "../watch/look.ts";
import { showOrWatch, type WatchOption } from "../watch/watch.ts";
import type { CommandContext, JsonOption, RunCommand } from "./command-context.ts";

export interface KeyOptions extends JsonOption, RemoteOptions {}

/** Where a new key goes. */
interface OutOption {
  /** A new file (mode 0600) instead of the terminal. */
  readonly out?: string | undefined;
}

export interface MakeKeyOptions extends KeyOptions, OutOption {
  readonly subject: string;
  readonly tenant: string;
  readonly permission?: readonly string[] | undefined;
  readonly trust?: number | undefined;
  readonly region?: string | undefined;
  readonly days?: number | undefined;
  readonly budgetDay?: string | undefined;
  readonly budgetMonth?: string | undefined;
  readonly perMinute?: number | undefined;
  readonly concurrent?: number | undefined;
}

const DAY_S = 86_400;

/** `caio key list`: all keys of a gateway, without anything by which one could be used. */
export const listKeys: RunCommand<KeyOptions & WatchOption> = async (options, context) => {
  const { terminal, door } = context;
  const client = await clientOf(options, context);
  const look = async (): Promise<Look> => keysLook((await client.ask("GET", "/keys", keyList)).keys, door.now(), styleOf(terminal));
  return await showOrWatch({ look, terminal, json: options.json }, options);
};

/** `caio key usage ID`: what a key spent this day and month, of how much. */
export const showUsage: RunCommand<KeyOptions & WatchOption & { readonly id: string }> = async (options, context) => {
  const { terminal } = context;
  const client = await clientOf(options, context);
  const look = async (): Promise<Look> => usageLook(await client.ask("GET", `/keys/${encodeURIComponent(options.id)}/usage`, keyUsage), styleOf(terminal));
  return await showOrWatch({ look, wait: gatewayNews(client, ["decision"], terminal.signal), terminal, json: options.json }, options);
};

/** `caio key make`: a new key, shown this once. */
export const makeKey: RunCommand<MakeKeyOptions> = async (options, context) => {
  const { subject, tenant, permission = [], trust, region, days } = options;
  const limits = limitsOf(options);
  const wanted: JsonObject = {
    ...{ subject, tenant, permissions: [...permission] },
    ...(trust === undefined ? {} : { trust }),
    ...(region === undefined ? {} : { region }),
    ...(days === undefined ? {} : { exp: Math.floor(context.door.now() / 1000) + days * DAY_S }),
    ...(limits === undefined ? {} : { limits }),
  };
  const client = await clientOf(options, context);
  await handOver(async () => await client.ask("POST", "/keys", madeKey, wanted), options, context.terminal);
  return exitCodes.ok;
};

/** `caio key rotate ID`: another key with the same rights; the old one ends at once. */
export const rotateKey: RunCommand<KeyOptions & OutOption & { readonly id: string }> = async (options, context) => {
  const client = await clientOf(options, context);
  await handOver(async () => await client.ask("POST", `/keys/${encodeURIComponent(options.id)}/rotate`, madeKey), options, context.terminal);
  return exitCodes.ok;
};

/** `caio key revoke ID…`: ends keys for good. */
export const revokeKeys: RunCommand<KeyOptions & { readonly ids: readonly string[] }> = async ({ ids, ...options }, context) => {
  const client = await clientOf(options, context);
  const ended = [];
  for (const id of ids) ended.push(await client.ask("DELETE", `/keys/${encodeURIComponent(id)}`, shownKey));
  context.terminal.write(options.json === true ? prettyJson({ keys: ended }) : keysLook(ended, context.door.now(), styleOf(context.terminal)).text);
  return exitCodes.ok;
};

function clientOf(options: KeyOptions, { terminal: { signal }, environment = {} }: CommandContext): Promise<GatewayClient> {
  return GatewayClient.open(options, { environment, signal });
}

/**
 * Has a key made and gives it to who asked for it, once: to a file, which must not be there yet, or to the terminal. The file is there
 * before the key is: of one that could not be written there nobody would ever know the key, and by a rotation the one before has ended.
 */
async function handOver(make: () => Promise<MadeKey>, { out, json }: OutOption & JsonOption, terminal: Terminal): Promise<void> {
  if (out !== undefined) await writeNewFile(out, "", PRIVATE);
  const { key, ...rest } = await make().catch(async (fault: unknown) => {
    if (out !== undefined) await unlink(out).catch(() => undefined);
    throw fault;
  });
  if (out !== undefined) {
    await writeFileWhole(out, `${key}\n`, PRIVATE).catch((cause: unknown) => {
      throw new CaioError("NotFound", `${out}: the key ${rest.key_id} was made, but cannot be written there. Revoke it, and make another: caio key revoke ${rest.key_id}`, { details: { file: out, key_id: rest.key_id }, cause });
    });
  }
  if (json === true) terminal.write(prettyJson(out === undefined ? { key, ...rest } : { ...rest, file: out }));
  else {
    const replaced = rest.replaces === undefined ? "" : `, in place of ${rest.replaces}, which has ended`;
    terminal.writeError(`Key ${rest.key_id} of ${rest.subject}, tenant ${rest.tenant}${replaced}. ${out === undefined ? styleOf(terminal).bold("Shown this once; keep it:") : `Written to ${out} (mode 0600).`}\n`);
    if (out === undefined) terminal.write(`${key}\n`);
  }
}

function limitsOf({ budgetDay, budgetMonth, perMinute, concurrent }: MakeKeyOptions): JsonObject | undefined {
  const budget = {
    ...(budgetDay === undefined ? {} : { day_micros: parseDecimal(budgetDay, 6, "down") }),
    ...(budgetMonth === undefined ? {} : { month_micros: parseDecimal(budgetMonth, 6, "down") }),
  };
  const limits = {
    ...(Object.keys(budget).length === 0 ? {} : { budget }),
    ...(perMinute === undefined ? {} : { requests_per_minute: perMinute }),
    ...(concurrent === undefined ? {} : { concurrent_requests: concurrent }),
  };
  return Object.keys(limits).length === 0 ? undefined : limits;
}
