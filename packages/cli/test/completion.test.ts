import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { beforeAll, describe, expect, it } from "vitest";

import { caio } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const run = promisify(execFile);

let script = "";
beforeAll(async () => {
  const made = await caio("completion", "bash");
  expect([made.code, made.err]).toEqual([0, ""]);
  script = made.out;
});

/** What bash, without its start-up files and without bash-completion, offers after these words; `caio` of its `PATH` is `stub`. */
async function offered(words: readonly string[], { cwd = "/", stub = "" }: { readonly cwd?: string; readonly stub?: string } = {}): Promise<readonly string[]> {
  const list = words.map((word) => `'${word}'`).join(" ");
  const ask = `${stub}\n${script}\ncd '${cwd}'\nCOMP_WORDS=(${list}); COMP_CWORD=${String(words.length - 1)}\n_caio caio\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run("bash", ["--norc", "--noprofile", "-c", ask]);
  return stdout.split("\n").filter((line) => line !== "").sort();
}

describe("bash", () => {
  it("completes commands, and those below them", async () => {
    expect(await offered(["caio", "de"])).toEqual(["decision", "decisions", "demo", "dev"]);
    expect(await offered(["caio", "key", ""])).toEqual(["list", "make", "revoke", "rotate", "usage"]);
    expect(await offered(["caio", "log", "f"])).toEqual(["fetch", "fsck"]);
    // A word that another command has below it is none here.
    expect(await offered(["caio", "validate", "key", "l"], { cwd: await temporaryFolder({}) })).toEqual([]);
  });

  it("completes options, and what they may be", async () => {
    expect(await offered(["caio", "key", "make", "--budget"])).toEqual(["--budget-day", "--budget-month"]);
    expect(await offered(["caio", "key", "list", "--watch", "--k"])).toEqual(["--key-file"]);
    expect(await offered(["caio", "serve", "--encoder", ""])).toEqual(["hashing", "use"]);
    expect(await offered(["caio", "serve", "--encoder", "="])).toEqual(["hashing", "use"]);
    expect(await offered(["caio", "feedback", "id", "--verdict", "=", "a"])).toEqual(["abstain"]);
    expect(await offered(["caio", "completion", ""])).toEqual(["bash", "fish", "zsh"]);
    expect(await offered(["caio", "key", "make", "--subject", "--t"])).toEqual([]);
  });

  it("completes files by what they are for", async () => {
    const cwd = await temporaryFolder({ "a.yaml": "", "a.txt": "", "a b.json": "", "a folder/x.yml": "", "-x.yaml": "" });
    expect(await offered(["caio", "validate", "a"], { cwd })).toEqual(["a b.json", "a folder", "a.yaml"]);
    expect(await offered(["caio", "validate", "a.yaml", "a "], { cwd })).toEqual(["a b.json", "a folder"]);
    expect(await offered(["caio", "discover", "--contracts", "a"], { cwd })).toEqual(["a folder"]);
    expect(await offered(["caio", "serve", "--env-file", "a."], { cwd })).toEqual(["a.txt", "a.yaml"]);
    expect(await offered(["caio", "validate", "--", "-"], { cwd })).toEqual(["-x.yaml"]);
    expect(await offered(["caio", "init", "a"], { cwd })).toEqual(["a folder"]);
  });

  it("asks a gateway for ids, and offers none where there is no gateway", async () => {
    const stub = 'caio() { [ "$*" = "completion ids decisions" ] && printf "%s\\n" 0aff 0abb 1abc; }';
    expect(await offered(["caio", "decision", "0a"], { stub })).toEqual(["0abb", "0aff"]);
    expect(await offered(["caio", "decision", "0a"])).toEqual([]);
    expect(await caio("completion", "ids", "keys")).toEqual({ code: 0, out: "", err: "" });
  });

  it.skipIf(!existsSync("/usr/bin/script"))("does so when somebody presses Tab", async () => {
    const folder = await temporaryFolder({ "caio.bash": script, "my policy.yaml": "" });
    await writeFile(join(folder, "keys"), `source caio.bash\ncaio() { printf 'asked:%s\\n' "$@"; }\ncaio val\tmy\t\nexit\n`);
    const { stdout } = await run("bash", ["-c", `cd '${folder}' && script -qec 'bash --norc --noprofile -i' /dev/null < keys`]);
    expect(stdout.replaceAll("\r", "")).toMatch(/asked:validate\nasked:my policy\.yaml\n/);
  });
});

describe.each(["zsh", "fish"])("%s", (shell) => {
  it.skipIf(!existsSync(`/usr/bin/${shell}`))("takes its script", async () => {
    const { out } = await caio("completion", shell);
    const folder = await temporaryFolder({ "caio.script": out });
    await run(shell, ["-n", join(folder, "caio.script")]);
  });

  it("is told of every command", async () => {
    const { out } = await caio("completion", shell);
    for (const word of ["validate", "decisions", "key-file", "exit-codes"]) expect([word, out.includes(word)]).toEqual([word, word !== "exit-codes"]);
  });
});

it("knows no other shell", async () => {
  const { code, err } = await caio("completion", "tcsh");
  expect([code, err]).toEqual([2, expect.stringContaining("bash, zsh, fish")]);
});
