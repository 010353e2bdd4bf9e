import { HashingEncoder, type AsyncEncoder, type Encoder } from "@caio/control";

import { readText } from "./read-text.ts";

/** An encoder of the command line, to be closed when the command is done. */
export type CommandEncoder = (Encoder | AsyncEncoder) & { close?(): Promise<void> };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The encoder that `--encoder` names: `hashing` (also if it names none), `use`, or a gateway's configuration, whose `encoder` it is then.
 *
 * @throws CaioError for a file that is no configuration, and for what cannot be loaded
 */
export async function openCommandEncoder(name: string | undefined, environment: Environment = {}): Promise<CommandEncoder> {
  if (name === undefined || name === "hashing") return new HashingEncoder();
  // Most decisions need nothing of a gateway.
  const [{ openEncoder }, { parseGatewayConfig }] = await Promise.all([import("@caio/gateway"), import("@caio/gateway/config")]);
  const text = name === "use" ? "caio_gateway: 1\nencoder: { kind: use }\n" : await readText(name, "InvalidField");
  return await openEncoder(parseGatewayConfig(text, name === "use" ? {} : { file: name }), environment);
}
