import { run } from "../run.ts";
import type { Tarball } from "../tarballs/pack.ts";

/** How `npm publish --dry-run` of one tarball ended. */
export interface DryPublish {
  readonly name: string;
  readonly ok: boolean;
  /** What npm said, where it refused. */
  readonly text: string;
}

/**
 * `npm publish --dry-run` of each tarball in the order given, against a registry on loopback: npm looks there for versions that exist
 * already, and nothing leaves this machine. Provenance needs the release workflow and is left out.
 */
export async function publishDry(tarballs: readonly Tarball[], registry: string, cwd: string): Promise<readonly DryPublish[]> {
  const results: DryPublish[] = [];
  for (const { name, file } of tarballs) {
    const args = ["publish", file, "--dry-run", "--registry", registry, `--@caio:registry=${registry}`, "--provenance=false", "--access", "public", "--ignore-scripts", "--loglevel", "error"];
    const { code, stderr } = await run("npm", args, { cwd });
    results.push({ name, ok: code === 0, text: code === 0 ? "" : stderr.trim().slice(0, 500) });
  }
  return results;
}
