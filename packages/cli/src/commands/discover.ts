import { discover as discoverServices } from "@caio/registry";

import { exitCodes } from "../exit-code.ts";
import { loadRegistry } from "../load/contracts-folder.ts";
import { anonymous } from "../load/documents.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { servicesJson, servicesTable } from "../present/services.ts";
import { styleOf } from "../present/style.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

export interface DiscoverOptions extends JsonOption {
  readonly contracts: string;
  readonly capability?: string | undefined;
  readonly tag?: string | undefined;
  readonly category?: string | undefined;
  readonly text?: string | undefined;
  readonly tenant?: string | undefined;
}

/** `caio discover`: the services of a folder that a tenant can see and that meet what is said. */
export const discover: RunCommand<DiscoverOptions> = async (options, { terminal }) => {
  const { contracts, tenant, json, capability, tag, category, text } = options;
  const view = (await loadRegistry(contracts)).view(tenant ?? anonymous.tenant);
  const found = discoverServices(view, { capability, tag, category, text });
  terminal.write(json === true ? prettyJson(servicesJson(found)) : servicesTable(found, styleOf(terminal)));
  return exitCodes.ok;
};
