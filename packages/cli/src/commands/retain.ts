import { CaioError, isCaioError } from "@caio/core";
import { openPostgresStores, openSqlStores, type SqlStores } from "@caio/store-sql";
import type { RetentionCutoffs, RetentionReport } from "@caio/traceability";
import { z } from "zod";

import { exitCodes } from "../exit-code.ts";
import { pastTime } from "../load/past-time.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { GatewayClient, type RemoteOptions } from "../remote/gateway-client.ts";
import { requireFile, storePlace, type StoreOptions, type StorePlace } from "../store/store-place.ts";
import type { CommandContext, JsonOption, RunCommand } from "./command-context.ts";

export interface RetainOptions extends JsonOption, StoreOptions, RemoteOptions {
  /** A time, or an age. */
  readonly before: string;
  /** Which parts; default: all. */
  readonly only?: readonly string[] | undefined;
  /** In a database: whose log. */
  readonly instance?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/** A run may take minutes. */
const PATIENCE_MS = 240_000;
const PARTS = ["openings", "certificates", "decisions", "versions"] as const;
const report = z.object({ openings: z.number().int(), certificates: z.number().int(), entries: z.number().int(), versions: z.number().int() });

/**
 * `caio store retain`: removes what was decided before a time, or counts it, at a gateway that runs or in a store that none has open.
 *
 * @throws CaioError for a time that is none or is still to come, and a store that cannot be written
 */
export const retain: RunCommand<RetainOptions> = async (options, context) => {
  const { dryRun = false, json = false } = options;
  const now = context.door.now();
  const before = pastTime("--before", options.before, now);
  const cutoffs = Object.fromEntries(partsOf(options.only).map((part) => [part, before]));
  const place = storePlace(options, context);
  const removed = place === undefined ? await atGateway(options, cutoffs, context) : await inStore(place, options, (stores) => stores.retention.retain(cutoffs, { at: now, dryRun }));
  context.terminal.write(json ? prettyJson({ ...removed, before, dry_run: dryRun }) : textOf(removed, before, dryRun));
  return exitCodes.ok;
};

async function atGateway(options: RetainOptions, cutoffs: RetentionCutoffs, { terminal: { signal }, environment = {} }: CommandContext): Promise<RetentionReport> {
  const client = await GatewayClient.open(options, { environment, signal });
  const asked = { ...Object.fromEntries(Object.entries(cutoffs)), dry_run: options.dryRun ?? false };
  return await client.ask("POST", "/retention", report, asked, PATIENCE_MS).catch((error: unknown) => {
    if (!isCaioError(error) || !(error.cause instanceof Error) || error.cause.name !== "TimeoutError") throw error;
    throw new CaioError("ServiceUnavailable", `The gateway is not done after ${String(PATIENCE_MS / 60_000)} minutes and goes on by itself. Ask it for the same again, or see GET /api/v1/retention.`, { cause: error });
  });
}

async function inStore(place: StorePlace, { instance }: RetainOptions, work: (stores: SqlStores) => Promise<RetentionReport>): Promise<RetentionReport> {
  const stores = await opened(place, instance);
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}

async function opened(place: StorePlace, instance: string | undefined): Promise<SqlStores> {
  if ("file" in place) {
    requireFile(place.file);
    return await openSqlStores(place);
  }
  if (instance === undefined) throw new CaioError("InvalidField", "Whose log? A database holds one for each instance: name it with --instance NAME.");
  return await openPostgresStores({ ...place, instance });
}

function partsOf(only: readonly string[] | undefined): readonly (typeof PARTS)[number][] {
  if (only === undefined) return PARTS;
  const unknown = only.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new CaioError("InvalidField", `--only: found ${JSON.stringify(unknown.slice(0, 40))}, expected some of ${PARTS.join(", ")}.`);
  return PARTS.filter((part) => only.includes(part));
}

function textOf({ openings, certificates, entries, versions }: RetentionReport, before: number, dryRun: boolean): string {
  const what = `${String(openings)} openings, ${String(certificates)} certificates, ${String(entries)} entries and ${String(versions)} versions of H`;
  return `${dryRun ? "Would remove" : "Removed"} ${what} from before ${new Date(before).toISOString()}.\n`;
}
