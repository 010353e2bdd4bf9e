import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { FakeEmbeddings } from "@caio/fakes";
import { parseGatewayConfig } from "@caio/gateway/config";
import { replay } from "@caio/orchestrator";
import { expect, it, onTestFinished } from "vitest";

import { caio } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const examples = fileURLToPath(new URL("../../../examples/", import.meta.url));

interface World {
  readonly request: { readonly fields: { readonly encoder_id: string } };
  readonly registry: { readonly services: readonly { readonly encoder_id: string }[] };
}

async function routed(world: string, ...more: readonly string[]): Promise<{ readonly code: number; readonly err: string; readonly encoders: readonly string[] }> {
  const { code, err } = await caio("route", join(examples, "requests/less-cost.json"), "--contracts", join(examples, "contracts"), "--policy", join(examples, "policy.yaml"), "--principal", join(examples, "principals/default.json"), "--now", "1764000000000", "--test-key", "1", "--world", world, ...more);
  if (code > 1) return { code, err, encoders: [] };
  const { request, registry } = JSON.parse(await readFile(world, "utf8")) as World;
  return { code, err, encoders: [...new Set([request.fields.encoder_id, ...registry.services.map(({ encoder_id }) => encoder_id)])] };
}

it("a decision is made with the encoder that is named, its contracts and its request alike, and can be made again", async () => {
  const endpoint = await FakeEmbeddings.start();
  onTestFinished(() => endpoint.stop());
  const config = `caio_gateway: 1\nencoder: { kind: endpoint, endpoint: { base_url: '${endpoint.baseUrl}', model: letters, dimensions: 26, data_locality: local } }\n`;
  const folder = await temporaryFolder({ "caio.yaml": config });
  const ids = { hashing: "caio-hash-1", use: "use-lite-en-0.2.0/caio-1", [join(folder, "caio.yaml")]: "openai:letters/26/8192/caio-1" };
  for (const [at, [name, id]] of Object.entries(ids).entries()) {
    const world = join(folder, `world-${String(at)}.json`);
    expect(await routed(world, "--encoder", name), name).toMatchObject({ encoders: [id] });
    // No model and no endpoint is needed for that.
    const again = replay(await readFile(world, "utf8"));
    expect(again.kind).toBe("chosen");
  }
}, 60_000);

it("says what is wrong with an encoder that cannot be had", async () => {
  const folder = await temporaryFolder({ "bad.yaml": "caio_gateway: 1\nencoder: { kind: magic }\n" });
  for (const [name, words] of [[join(folder, "bad.yaml"), "encoder"], [join(folder, "nowhere.yaml"), "nowhere.yaml"]] as const) {
    const { code, err } = await routed(join(folder, "world.json"), "--encoder", name);
    expect([code, err], name).toEqual([2, expect.stringContaining(words)]);
  }
  expect((await caio("serve", "--encoder", "magic")).code).toBe(2);
});

it("what the guide shows is a configuration that is taken, and a command that runs", async () => {
  const guide = await readFile(fileURLToPath(new URL("../../../docs/encoders.md", import.meta.url)), "utf8");
  const [yaml = ""] = [...guide.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, block]) => block ?? "");
  expect(parseGatewayConfig(yaml).encoder).toMatchObject({ kind: "endpoint", features: true, endpoint: { model: "bge-small-en", dimensions: 384, id: "bge-small-en-v1.5" } });
  const [command = ""] = [...guide.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block]) => block ?? "");
  const words = command.replaceAll("\\\n", " ").trim().split(/\s+/).slice(2).map((word) => word.replace(/^examples\//, examples));
  expect((await caio(...words)).code).toBe(0);
});
