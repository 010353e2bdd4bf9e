import { installedNats, installedPostgres, PostgresServer, startNats } from "@caio/fakes";

/** Servers that examples talk to. */
export interface StartedServers {
  /** Environment variables that say where they are, as the examples read them. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Variables of the servers that are not installed here, with the reason. */
  readonly missing: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts a NATS server (`NATS_URL`) and a PostgreSQL (`DATABASE_URL`) on free ports of loopback, where they are installed and `wanted`. */
export async function startServers(wanted: (variable: string) => boolean): Promise<StartedServers> {
  const addresses: Record<string, string> = {};
  const missing: Record<string, string> = {};
  const stops: (() => Promise<void>)[] = [];
  if (wanted("NATS_URL")) {
    const nats = installedNats();
    if ("missing" in nats) missing["NATS_URL"] = nats.missing;
    else {
      const servers = await startNats();
      stops.push(() => servers.stop());
      addresses["NATS_URL"] = `nats://${servers.addresses[0] ?? ""}`;
    }
  }
  if (wanted("DATABASE_URL")) {
    const postgres = installedPostgres();
    if ("missing" in postgres) missing["DATABASE_URL"] = postgres.missing;
    else {
      const server = await PostgresServer.start();
      stops.push(() => server.stop());
      addresses["DATABASE_URL"] = await server.createDatabase("examples");
    }
  }
  return {
    addresses,
    missing,
    stop: async () => {
      for (const stop of stops) await stop();
    },
  };
}
