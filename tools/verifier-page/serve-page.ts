import { dirname } from "node:path";

import { preview } from "vite";

/** A page that is served until it is closed. */
export interface ServedPage {
  /** Of the page itself, with its port. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Serves a built page on this machine alone; port 0 for one that is free. */
export async function servePage(out: string, port: number): Promise<ServedPage> {
  const server = await preview({
    configFile: false,
    logLevel: "warn",
    root: dirname(out),
    appType: "mpa",
    build: { outDir: out },
    preview: { host: "127.0.0.1", port, strictPort: port !== 0, open: false },
  });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error("The page is not served: the server has no address.");
  return { url, close: () => server.close() };
}
