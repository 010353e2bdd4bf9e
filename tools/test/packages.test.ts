import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { lineDifference } from "../packages/api/line-difference.ts";
import { reportFile, reportsWithoutDoor } from "../packages/api/report-file.ts";
import { doorsOf, packagesIn, publishedPackages, ROOT } from "../packages/published.ts";
import { licenceProblems, localPaths, type Component } from "../packages/release/bill-of-materials.ts";
import { parseChange } from "../packages/release/release-plan.ts";
import { budgetsFor, judgeSizes, readBudgets } from "../packages/sizes/budget.ts";
import { isCi, nodeFindings, type NodeBinary } from "../packages/tarballs/node-binaries.ts";
import { leakAbove } from "../packages/tarballs/project.ts";
import { importedPackages, readmeProblems, readReadme } from "../packages/tarballs/readme-examples.ts";

const folder = mkdtempSync(join(tmpdir(), "caio-packages-test-"));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

describe("published packages", () => {
  const packages = publishedPackages();

  it("are tested alone within the same limits as all at once, and without what takes minutes", () => {
    const whole = readFileSync(join(ROOT, "vitest.config.ts"), "utf8");
    const limits = ["testTimeout", "hookTimeout", "poll: { timeout"].map((name) => (whole.split(`${name}: `)[1] ?? "").split(/[, ]/)[0]?.replaceAll("_", ""));
    const { targetDefaults } = JSON.parse(readFileSync(join(ROOT, "nx.json"), "utf8")) as { readonly targetDefaults: { readonly test: { readonly command: string } } };
    expect(targetDefaults.test.command.match(/\d+/g)).toEqual(limits);
    for (const { folder: name } of packages) {
      const tests = readdirSync(join(ROOT, "packages", name, "test"), { recursive: true }).map(String);
      const isSplit = readFileSync(join(ROOT, "packages", name, "vitest.config.ts"), "utf8").includes('exclude: ["test/**/*.long.test.ts"]');
      expect([name, isSplit || !tests.some((file) => file.endsWith(".long.test.ts"))]).toEqual([name, true]);
    }
  });

  it("come behind all that they need", () => {
    expect(packages.length).toBeGreaterThan(15);
    const seen = new Set<string>();
    for (const { manifest, needs } of packages) {
      expect(needs.filter((name) => !seen.has(name)), manifest.name).toEqual([]);
      seen.add(manifest.name);
    }
  });

  it("are chosen by the names of their folders, and by no others", () => {
    expect(packagesIn(["core", "cli"], packages).map(({ folder: name }) => name)).toEqual(["core", "cli"]);
    expect(packagesIn(undefined, packages)).toEqual(packages);
    expect(() => packagesIn(["core", "cores"], packages)).toThrow(/--only cores: there is no such published package\. Known: .*core/);
  });

  it("leave out what is private and what has no door", () => {
    for (const [name, rest] of [["open", {}], ["secret", { private: true }], ["empty", {}]] as const) {
      mkdirSync(join(folder, "packages", name, "src"), { recursive: true });
      writeFileSync(join(folder, "packages", name, "package.json"), JSON.stringify({ name, version: "1.0.0", ...rest }));
      if (name !== "empty") writeFileSync(join(folder, "packages", name, "src/index.ts"), "");
    }
    expect(publishedPackages(folder).map(({ manifest }) => manifest.name)).toEqual(["open"]);
  });

  it("are tried with provenance, a README that says how to install them, and an example that runs", () => {
    for (const { folder: name, path, manifest } of packages) {
      expect(manifest.publishConfig, manifest.name).toEqual({ access: "public", provenance: true });
      const document = `packages/${name}/README.md`;
      expect(readmeProblems(manifest.name, readReadme(document, readFileSync(join(path, "README.md"), "utf8"))), document).toEqual([]);
    }
  });

  it("have a budget, an API report for every door, and an owner", () => {
    const owners = readFileSync(join(ROOT, ".github/CODEOWNERS"), "utf8");
    for (const source of packages) {
      expect(readBudgets()[source.manifest.name], source.manifest.name).toBeDefined();
      for (const { door } of doorsOf(source)) expect(existsSync(reportFile(source, door)), reportFile(source, door)).toBe(true);
      expect(owners).toMatch(new RegExp(`^/packages/${source.folder}/ +@OWNER/`, "m"));
    }
    expect(reportsWithoutDoor(packages)).toEqual([]);
  });

  it("are missed by their reports when a door, or all of a package, is gone", () => {
    const [gone, ...others] = packages;
    const [first] = others;
    if (gone === undefined || first === undefined) throw new Error("There are no packages.");
    const shut = { ...first, manifest: { ...first.manifest, exports: {} } };
    const missed = [gone, first].flatMap((source) => doorsOf(source).map(({ door }) => reportFile(source, door)));
    expect(reportsWithoutDoor([shut, ...others.slice(1)])).toEqual([...missed].sort());
  });
});

describe("a README", () => {
  const readme = (text: string): readonly string[] => readmeProblems("@caio/x", readReadme("README.md", text));

  it("without an install line, without an example, or with an import that nobody installed has problems", () => {
    expect(readme("# x\n")).toHaveLength(2);
    expect(readme('    npm i @caio/x\n\n```ts\nimport { y } from "@caio/y";\nimport { readFileSync } from "node:fs";\n```\n')).toEqual([expect.stringContaining("imports @caio/y")]);
    expect(readme('    npm i @caio/x @caio/y\n\n```ts\nimport { y } from "@caio/y/deep";\n```\n')).toEqual([]);
    expect(readme('    npm i @caio/x\n\n<!-- types only: it needs an account -->\n```ts\nimport "@caio/x";\n```\n')).toEqual(["README.md has no block of ts that runs."]);
  });

  it("is read for imports, not for words that look like them", () => {
    expect(importedPackages('import a from "one/two";\nexport * from "@three/four/five";\nawait import("six");\nBuffer.from("seven"); // import x from "eight"\nimport "./nine.js";')).toEqual(["one", "@three/four", "six"]);
  });
});

describe("a budget", () => {
  const sizes = { packed: 1000, unpacked: 4000, own: 500, whole: 900 };

  it("is kept up to its last byte and not beyond", () => {
    expect(judgeSizes("x", sizes, sizes)).toEqual({ used: { packed: 100, unpacked: 100, own: 100, whole: 100 }, problems: [] });
    expect(judgeSizes("x", sizes, { ...sizes, own: 499 }).problems).toEqual([expect.stringContaining("own is 500 bytes, allowed are 499")]);
    expect(judgeSizes("x", { ...sizes, packed: Number.NaN }, sizes).problems).toHaveLength(1);
    expect(judgeSizes("x", sizes, undefined).problems).toHaveLength(1);
  });

  it("is made with a tenth of room", () => {
    const made = budgetsFor(new Map([["x", { packed: 100_000, unpacked: 1024, own: 0, whole: 1, one: "y" }]]));
    expect(made["x"]).toEqual({ packed: 110_592, unpacked: 2048, own: 1024, whole: 1024, one: "y" });
  });
});

describe("a changed API", () => {
  it("shows what went and what came, and nothing else", () => {
    expect(lineDifference("a\nb\nc\nd\n", "a\nc\nx\nd\n").split("\n")).toEqual(["- b", "+ x"]);
    expect(lineDifference("export function f(a: string): void;\n", "export function f(a: string, b: number): void;\n")).toBe("- export function f(a: string): void;\n+ export function f(a: string, b: number): void;");
    expect(lineDifference("", "a\n")).toBe("+ a");
  });
});

describe("a bill of materials", () => {
  const component = (id: string | undefined): Component => ({ name: "x", version: "1.0.0", purl: "pkg:npm/x@1.0.0", ...(id === undefined ? {} : { licenses: [{ license: { id } }] }) });
  const problems = (id: string | undefined): number => licenceProblems({ bomFormat: "CycloneDX", components: [component(id)] }).length;

  it("is refused for a licence that is not allowed, or none", () => {
    expect(["MIT", "(Apache-2.0 AND BSD-3-Clause)", "(GPL-3.0-only OR MIT)"].map(problems)).toEqual([0, 0, 0]);
    expect(["GPL-3.0-only", "(MIT AND GPL-3.0-only)", "SEE LICENSE IN x", undefined].map(problems)).toEqual([1, 1, 1, 1]);
  });

  it("is refused for a path of a machine", () => {
    expect(localPaths('{"a":"file:///srv/x","b":"/home/x","d":"https://example.org/home/","c":"pkg:npm/%40libsql/linux-x64"}')).toHaveLength(2);
    expect(localPaths('{"a":"pkg:npm/%40libsql/linux-x64-gnu@0.5.29"}')).toEqual([]);
  });
});

describe("a change that is only thought of", () => {
  it("names a package and how much", () => {
    expect(parseChange("core:minor:New: digests.", publishedPackages())).toEqual({ name: "@caio/core", bump: "minor", text: "New: digests." });
    expect(() => parseChange("nobody:minor", publishedPackages())).toThrow(/no published package nobody/);
    expect(() => parseChange("core:huge", publishedPackages())).toThrow(/expected patch, minor or major/);
  });
});

describe("a version of Node that npm cannot fetch", () => {
  const there: NodeBinary = { major: 20, path: "/usr/bin/node", version: "v20.19.0" };
  const missing: NodeBinary = { major: 22, missing: "npm has no node-here@22 here: 404" };

  it("is said, and in CI it is a problem", () => {
    expect(nodeFindings([there, missing], false)).toEqual({ problems: [], notes: ["Node 22: not run. npm has no node-here@22 here: 404"] });
    expect(nodeFindings([there, missing], true)).toEqual({ problems: [expect.stringMatching(/^Node 22: not run\. npm has no node-here@22 here: 404 In CI every version has to be tried: /)], notes: [] });
    expect(nodeFindings([there], true)).toEqual({ problems: [], notes: [] });
  });

  it("is a problem everywhere when there is no other", () => {
    expect(nodeFindings([missing], false).problems).toEqual(["No Node was there to run the examples on."]);
  });

  it("is in CI where the variable says so", () => {
    expect(["true", "1", "TRUE"].map(isCi)).toEqual([true, true, true]);
    expect([undefined, "", "false", "0"].map(isCi)).toEqual([false, false, false, false]);
  });
});

it("a node_modules above a project is found", () => {
  mkdirSync(join(folder, "a/node_modules"), { recursive: true });
  mkdirSync(join(folder, "a/b/c"), { recursive: true });
  expect(leakAbove(join(folder, "a/b/c"))).toBe(join(folder, "a"));
  cpSync(join(folder, "a/b"), join(folder, "b"), { recursive: true });
  expect(leakAbove(join(folder, "b/c"))).not.toBe(folder);
});
