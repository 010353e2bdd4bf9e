import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { parseEnv } from "node:util";

import { CaioError, isCaioError } from "@caio/core";
import { asInstance, parseGatewayConfig, type GatewayConfig } from "@caio/gateway/config";

import { exitCodes } from "../exit-code.ts";
import { ofKind } from "../load/of-kind.ts";
import { readText } from "../load/read-text.ts";
import { PRIVATE, writeNewFile } from "../load/write-file.ts";
import { openHost } from "../serve/open-host.ts";
import { servingText } from "../serve/serving-text.ts";
import { untilStopped } from "../serve/until-stopped.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

export interface ServeOptions extends JsonOption {
  /** Default: `caio.yaml` in the working directory. */
  readonly config?: string | undefined;
  /** Instead of the configuration's; 0 takes any that is free. */
  readonly port?: number | undefined;
  /** The name of this one of several instances, instead of the configuration's. */
  readonly instance?: string | undefined;
  /** What texts are encoded with, instead of the configuration's. */
  readonly encoder?: "hashing" | "use" | undefined;
  /** Variables beside those of the process, which count before them. */
  readonly envFile?: string | undefined;
  /** Where the admin's key goes, which is made at the first start, instead of being shown: a log is no place for it. */
  readonly adminKeyFile?: string | undefined;
}

/**
 * `caio serve`: the gateway, until it is told to stop (SIGINT or SIGTERM), which lets requests in flight end.
 *
 * @throws CaioError for a configuration, a store or a folder that cannot be used
 */
export const serve: RunCommand<ServeOptions> = async ({ config: file = "caio.yaml", port, instance, encoder, envFile, adminKeyFile, json }, { terminal, environment = {} }) => {
  if (!existsSync(file)) {
    throw new CaioError("NotFound", `${file}: no configuration here. Make one: caio init; the smallest is one line, caio_gateway: 1. Or name another: --config FILE`, { details: { file } });
  }
  const read = withEncoder(withPort(ofKind("configuration", file, await readText(file, "InvalidField"), (text) => parseGatewayConfig(text, { file })), port), encoder);
  const config = instance === undefined ? read : asInstance(read, instance);
  const variables = envFile === undefined ? environment : { ...parseEnv(await readText(envFile, "InvalidField")), ...environment };
  const keepAdminKey = adminKeyFile === undefined ? undefined : (key: string): Promise<void> => writeNewFile(adminKeyFile, `${key}\n`, PRIVATE);
  const opened = await openHost({ config, environment: variables, keepAdminKey, folder: dirname(file), onFault: (where, fault) => { terminal.writeError(faultLine(where, fault)); } });
  const host = adminKeyFile === undefined ? opened : { ...opened, adminKey: undefined };
  try {
    const address = await host.gateway.listen();
    terminal.write(json === true ? `${JSON.stringify({ address, services: host.services, admin_key: host.adminKey ?? null })}\n` : servingText({ address, ...host, dashboard: config.dashboard }, terminal));
    await untilStopped(terminal.signal);
    if (json !== true) terminal.write("Stopping: requests in flight end first.\n");
  } finally {
    await host.gateway.close();
  }
  return exitCodes.ok;
};

function withPort(config: GatewayConfig, port: number | undefined): GatewayConfig {
  return port === undefined ? config : { ...config, listen: { ...config.listen, port } };
}

function withEncoder(config: GatewayConfig, kind: ServeOptions["encoder"]): GatewayConfig {
  return kind === undefined ? config : { ...config, encoder: { ...config.encoder, kind } };
}

/** The kind of a fault and never its text, which may quote what must not be shown. */
export function faultLine(where: string, fault: unknown): string {
  return `caio: ${where} failed beside a request (${isCaioError(fault) ? fault.code : fault instanceof Error ? fault.name : "unknown"})\n`;
}
