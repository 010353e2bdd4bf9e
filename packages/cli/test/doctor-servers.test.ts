import { createServer, type AddressInfo, type Socket } from "node:net";

import { installedNats, installedPostgres, PostgresServer, startNats } from "@caio/fakes";
import { parseGatewayConfig } from "@caio/gateway/config";
import { describe, expect, it, onTestFinished } from "vitest";

import { examineServers } from "../src/doctor/examine-servers.ts";
import type { Finding } from "../src/doctor/finding.ts";

const [nats, postgres] = [installedNats(), installedPostgres()];
for (const server of [nats, postgres]) if ("missing" in server) console.log(`Not run: doctor with a server. ${server.missing}`);

const PASSWORD = "pw-secret-0123456789";

/** What is found of the servers that a configuration names; never a password. */
async function look(database: string | undefined, servers: readonly string[] = [], patienceMs = 3000): Promise<readonly Finding[]> {
  const store = database === undefined ? "" : "store: { postgres: { url_env: DB } }\ninstance: a\n";
  const fabric = servers.length === 0 ? "" : `nats: { servers: ${JSON.stringify(servers)} }\n`;
  const findings: Finding[] = [];
  await examineServers(parseGatewayConfig(`caio_gateway: 1\n${store}${fabric}`), { environment: { DB: database }, patienceMs }, (finding) => findings.push(finding));
  expect(JSON.stringify(findings)).not.toContain(PASSWORD);
  return findings;
}

/** A server that is neither, on a free port. */
async function stranger(greet: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => { socket.on("error", () => undefined); greet(socket); });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => { server.close(); });
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

describe("the servers that a configuration names", () => {
  it("are not there: where, why, and what to do", async () => {
    const [database, fabric] = await look(`postgres://caio:${PASSWORD}@127.0.0.1:9/caio`, ["nats://127.0.0.1:9"]);
    expect(database).toEqual({ part: "data", about: "database", level: "wrong", found: "127.0.0.1:9 cannot be reached (ECONNREFUSED), expected PostgreSQL", next: "Start it, or correct host and port in DB." });
    expect(fabric).toEqual({ part: "services", about: "NATS", level: "wrong", found: "127.0.0.1:9 cannot be reached (ECONNREFUSED), expected a NATS server", next: "Start it, or correct nats.servers in the configuration." });
  });

  it("are something else, end at once, or say nothing in time", async () => {
    const http = await stranger((socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const gone = await stranger((socket) => socket.end());
    const silent = await stranger((socket) => { onTestFinished(() => { socket.destroy(); }); });
    for (const [place, found] of [[http, /is something else/], [gone, /ends the connection|cannot be reached/], [silent, /says nothing within 100 ms/]] as const) {
      const findings = await look(`postgres://caio:${PASSWORD}@${place}/caio`, [`nats://${place}`], 100);
      expect(findings.map(({ level }) => level)).toEqual(["wrong", "wrong"]);
      for (const finding of findings) expect(finding.found).toMatch(found);
    }
  });

  it("have no address: the variable is named, and what it holds is not", async () => {
    const [finding] = await look(PASSWORD);
    expect(finding).toMatchObject({ level: "wrong", found: "DB holds no address of a database", next: expect.stringContaining("export DB=postgres://") as string });
    for (const odd of ["/", "?", "#"]) expect(await look(`postgres://caio:0@${PASSWORD}${odd}1@127.0.0.1:9/caio`)).toMatchObject([{ level: "wrong", found: "DB holds no address of a database" }]);
    expect(await look("")).toEqual([]);
  });

  it.skipIf("missing" in nats)("are there: NATS", async () => {
    const servers = await startNats();
    onTestFinished(() => servers.stop());
    expect(await look(undefined, servers.addresses.map((address) => `nats://${address}`))).toEqual([expect.objectContaining({ level: "ok", found: expect.stringMatching(/^a server answers at 127\.0\.0\.1:\d+; credentials were not tried$/) as string })]);
  });

  it.skipIf("missing" in postgres)("are there: PostgreSQL", async () => {
    const server = await PostgresServer.start({ fsync: false });
    onTestFinished(() => server.stop());
    expect(await look(server.url())).toEqual([expect.objectContaining({ level: "ok", found: `PostgreSQL answers at 127.0.0.1:${String(server.port)}; name and password were not tried` })]);
  });
});
