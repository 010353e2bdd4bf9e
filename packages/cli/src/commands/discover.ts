import { discover as discoverServices } from "@caio/registry";

import { loadRegistry } from "../load/contracts-folder.ts";
import { anonymous } from "../load/documents.ts";
import { servedLook, servicesLook } from "../present/services.ts";
import { styleOf } from "../present/style.ts";
import { GatewayClient, queryOf, type RemoteOptions } from "../remote/gateway-client.ts";
import { servedList } from "../remote/service-answer.ts";
import { gatewayNews } from "../watch/gateway-news.ts";
import type { Look } from "../watch/look.ts";
import { every, showOrWatch, type WatchOption } from "../watch/watch.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

export interface DiscoverOptions extends JsonOption, RemoteOptions, WatchOption {
  /** Absent: the services of a running gateway. */
  readonly contracts?: string | undefined;
  readonly capability?: string | undefined;
  readonly tag?: string | undefined;
  readonly category?: string | undefined;
  readonly text?: string | undefined;
  readonly tenant?: string | undefined;
}

/** How often a folder is read again, milliseconds. */
const FOLDER_MS = 1000;

/** `caio discover`: the services of a folder, or of a running gateway, that one can see and that meet what is said. */
export const discover: RunCommand<DiscoverOptions> = async (options, { terminal, environment = {} }) => {
  const { contracts, tenant, json, watch, capability, tag, category, text } = options;
  const asked = { capability, tag, category, text };
  if (contracts !== undefined) {
    const look = async (): Promise<Look> => servicesLook(discoverServices((await loadRegistry(contracts)).view(tenant ?? anonymous.tenant), asked), styleOf(terminal));
    return await showOrWatch({ look, wait: every(FOLDER_MS), terminal, json }, { watch });
  }
  const client = await GatewayClient.open(options, { environment, signal: terminal.signal });
  const look = async (): Promise<Look> => {
    const { answer, whole } = await client.askWhole("GET", `/discover?${queryOf(asked)}`, servedList);
    return servedLook(answer, whole, styleOf(terminal));
  };
  return await showOrWatch({ look, wait: gatewayNews(client, ["registry"], terminal.signal), terminal, json }, { watch });
};
