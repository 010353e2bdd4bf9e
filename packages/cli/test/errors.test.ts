import { chmod } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { faultWords } from "../src/load/read-text.ts";
import { caio, caioIn, example } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const request = example("requests/plain.json");
const policy = example("policy.yaml");
const contracts = example("contracts");

/** Bad command lines, what is said where, and the words that say what to do. */
const cases: readonly (readonly [argv: readonly string[], found: RegExp, next: RegExp])[] = [
  [["valdate", "x"], /unknown command 'valdate'/, /Did you mean validate\?/],
  [["validate", "--jsn", policy], /unknown option '--jsn'/, /Did you mean --json\?/],
  [["key", "lst"], /unknown command 'lst'/, /Did you mean list\?/],
  [["help", "keys"], /no help on 'keys'/, /Did you mean key\?/],
  [["route", policy, "--contracts", contracts, "--policy", policy], /policy\.yaml: found a policy, expected a request/, /Name another file/],
  [["route", request, "--contracts", contracts, "--policy", request], /plain\.json: found a request, expected a policy/, /Name another file/],
  [["route", request, "--contracts", example("requests"), "--policy", policy], /found a request, expected a contract/, /another folder/],
  [["plan", request, "--contracts", contracts, "--policy", policy], /found a request, expected a plan/, /Name another file/],
  [["serve", "--config", policy], /found a policy, expected a configuration/, /Name another file/],
  [["serve", "--config", "nowhere.yaml"], /nowhere\.yaml: no configuration here/, /caio init/],
  [["discover", "--contracts", policy], /a part of the path is a file/, /Check the path/],
  [["log", "fsck", "--log", contracts], /checkpoint: there is no such file/, /Name the folder of a log/],
  [["key", "list"], /No key/, /Set CAIO_KEY/],
  [["key", "list", "--key-file", contracts], /no regular file/, /expected a file/],
  [["backup", "--store", policy, "--out", "x"], /no CAIO store/, /Name another file/],
  [["decision", "xyz", "--key-file", policy], /more than one line/, /Give the key alone/],
  [["completion", "tcsh"], /'tcsh' is invalid/, /bash, zsh, fish/],
  [["dev", contracts], /found no caio\.yaml/, /caio init/],
];

describe("an error", () => {
  it.each(cases)("says what was found and what to do: %j", async (argv, found, next) => {
    const { code, out, err } = await caio(...argv);
    expect([code, out, err]).toEqual([2, "", expect.stringMatching(found)]);
    expect(err).toMatch(next);
  });

  it("repeats no key that was given where a file, a name or a number belongs, whole or cut", async () => {
    const key = `caio_0011223344556677_${"S3cret".repeat(8)}`;
    const token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJTM2NyZXQifQ.S3cret-S3cret";
    const model = `sk-${"S3cret".repeat(10)}`;
    const address = "postgres://caio:S3cret/@db.example:5432/caio";
    for (const argv of [
      ["key", "list", "--key-file", key], ["key", "list", `--key=${key}`], ["key", key], ["key", "revoke", key], [key], ["decisions", "--limit", key], ["decision", key], ["verify", "x", "--key", key], ["verify", "x", "--key", policy, "--full", "--token", token, "--jwks", "x"],
      ["backup", "--store", address, "--out", "x"], ["backup", "--postgres-env", address, "--out", "x"], ["route", request, "--contracts", contracts, "--policy", policy, "--encoder", "S3cret".repeat(6)],
      ...[model, "sk-S3cret"].flatMap((each) => [`${each}=x`, `a=http://h/v1,key=${each}`, `a=http://h/v1,price=${each}`, `a=http://h/v1,region=${each}`].map((service) => ["init", "nowhere", "--openai", service])),
    ]) {
      for (const json of [[], ["--json"]]) {
        const { code, out, err } = await caioIn({ CAIO_URL: "http://127.0.0.1:9", CAIO_KEY: key }, ...argv, ...json);
        expect([argv, code, /S3c|TM2N/.exec(out + err)]).toEqual([argv, 2, null]);
      }
    }
    expect((await caio("key", "list", `--key-file=${key}`)).err).toBe("error NotFound: (what looks like a key): there is no such file or folder. Check the path.\n");
    // What is no key is.
    const plain = ["deadbeef".repeat(8), "a-name-of-words-that-is-longer-than-most", join("folder-1", "0123456789abcdef0123456789abcdef.pub")];
    for (const file of plain) expect((await caio("key", "list", "--key-file", file)).err).toContain(`${file}: there is no such file`);
  });

  it("says where no gateway is, and how to start one", async () => {
    for (const argv of [["key", "list"], ["decisions"], ["decision", "0".repeat(64)], ["policy", "list"], ["discover"]]) {
      const { code, err } = await caioIn({ CAIO_URL: "http://127.0.0.1:9", CAIO_KEY: "caio_0011223344556677_x" }, ...argv);
      expect([argv, code, err]).toEqual([argv, 2, expect.stringMatching(/127\.0\.0\.1:9: it does not answer\..*caio serve/)]);
    }
  });

  it("says what becomes of rights, full disks and paths, in words", async () => {
    expect(["EACCES", "ENOSPC", "EISDIR", "EROFS", "EEXIST", "EIO"].map((code) => faultWords("written", code))).toEqual([
      expect.stringMatching(/may not be written by this user \(EACCES\)\. Change its rights/), expect.stringContaining("the disk is full (ENOSPC). Free space"), expect.stringContaining("a folder"),
      expect.stringContaining("only be read"), expect.stringContaining("nothing is overwritten (EEXIST)"), "it cannot be written (EIO). Check the path.",
    ]);
    // Whoever may do everything may read it all the same.
    const folder = await temporaryFolder({ "a.yaml": "caio_policy: 1\nid: house\n" });
    await chmod(join(folder, "a.yaml"), 0);
    const { code, err } = await caio("validate", join(folder, "a.yaml"));
    expect([code, err.includes("may not be read")]).toEqual(process.getuid?.() === 0 ? [0, false] : [2, true]);
  });
});
