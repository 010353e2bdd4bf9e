import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";

import { readManifest, type PublishedPackage } from "../published.ts";
import type { Tarball } from "./pack.ts";

/**
 * A registry on loopback that knows the tarballs and nothing else, so that npm resolves the packages among each other by their version
 * ranges, as it will when they are published. Read only.
 */
export class TarballRegistry {
  readonly #server: Server;
  readonly address: string;

  private constructor(server: Server) {
    this.#server = server;
    this.address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  }

  static async serve(packages: readonly PublishedPackage[], tarballs: readonly Tarball[]): Promise<TarballRegistry> {
    const documents = new Map<string, { readonly tarball: Tarball; readonly manifest: unknown }>();
    for (const tarball of tarballs) {
      const source = packages.find(({ manifest }) => manifest.name === tarball.name);
      if (source !== undefined) documents.set(tarball.name, { tarball, manifest: readManifest(source.path) });
    }
    const server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? "/", "http://loopback").pathname).slice(1);
      const file = tarballs.find((tarball) => `-/${basename(tarball.file)}` === path);
      const document = documents.get(path);
      if (request.method !== "GET" || (file === undefined && document === undefined)) response.writeHead(404, { "content-type": "application/json" }).end('{"error":"not found"}');
      else if (file !== undefined) response.writeHead(200, { "content-type": "application/octet-stream" }).end(readFileSync(file.file));
      else if (document !== undefined) response.writeHead(200, { "content-type": "application/json" }).end(packument(document, `http://${request.headers.host ?? ""}`));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TarballRegistry(server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function packument({ tarball, manifest }: { readonly tarball: Tarball; readonly manifest: unknown }, origin: string): string {
  const { name, version, integrity } = tarball;
  const dist = { tarball: `${origin}/-/${basename(tarball.file)}`, integrity };
  return JSON.stringify({ name, "dist-tags": { latest: version }, versions: { [version]: { ...(manifest as object), dist } } });
}
