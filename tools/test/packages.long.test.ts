import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { apiReports } from "../packages/api/api-report.ts";
import { lineDifference } from "../packages/api/line-difference.ts";
import { publishedPackages, readManifest, ROOT, type PublishedPackage } from "../packages/published.ts";
import { billOfMaterials, licenceProblems, localPaths, type BillOfMaterials } from "../packages/release/bill-of-materials.ts";
import { applyVersions, planRelease, writeChangesets, type PlannedRelease } from "../packages/release/release-plan.ts";
import { openScratchTree } from "../packages/release/scratch-tree.ts";
import { TypeChecker } from "../packages/tarballs/check-types.ts";

describe("a release, in a copy", () => {
  const scratch = mkdtempSync(join(tmpdir(), "caio-release-test-"));
  const tree = join(scratch, "tree");
  const manifests = (): string => publishedPackages().map(({ path }) => readFileSync(join(path, "package.json"), "utf8")).join("");
  const before = manifests();
  const released = (plan: readonly PlannedRelease[]): readonly string[] => plan.filter(({ why }) => why !== "none").map(({ name, bump, why }) => `${name} ${bump} ${why}`);

  beforeAll(async () => {
    await openScratchTree(tree);
    await applyVersions(tree); // what waits is released first, so that one change stands alone
  });
  afterAll(() => { rmSync(scratch, { recursive: true, force: true }); });

  it("of a patch is of that package alone", async () => {
    writeChangesets(tree, [{ name: "@caio/registry", bump: "patch", text: "Quicker snapshots." }]);
    const plan = await planRelease(tree);
    expect(released(plan)).toEqual(["@caio/registry patch change"]);
    expect(plan.find(({ name }) => name === "@caio/registry")?.because).toEqual(["Quicker snapshots."]);
    await applyVersions(tree);
  });

  it("of a minor is of those, too, whose range no longer takes it, and of no other; changelog and lock file follow", async () => {
    writeChangesets(tree, [{ name: "@caio/rules", bump: "minor", text: "Rules may say why." }]);
    const plan = await planRelease(tree);
    const users = publishedPackages().filter(({ needs }) => needs.includes("@caio/rules")).map(({ manifest }) => manifest.name);
    expect(plan.find(({ name }) => name === "@caio/rules")).toMatchObject({ bump: "minor", why: "change" });
    for (const name of users) expect(plan.find((step) => step.name === name), name).toMatchObject({ bump: "patch", why: "dependent" });
    for (const name of ["@caio/core", "@caio/contracts", "@caio/verifier", "@caio/registry"]) expect(plan.find((step) => step.name === name), name).toMatchObject({ why: "none" });
    await applyVersions(tree);
    const version = readManifest(join(tree, "packages/rules")).version;
    expect(readFileSync(join(tree, "packages/rules/CHANGELOG.md"), "utf8")).toMatch(new RegExp(`## ${version.replaceAll(".", "\\.")}\\s+### Minor Changes\\s+- Rules may say why\\.`));
    const lock = JSON.parse(readFileSync(join(tree, "package-lock.json"), "utf8")) as { packages: Record<string, { version?: string }> };
    for (const { folder, manifest } of publishedPackages(tree)) expect(lock.packages[`packages/${folder}`]?.version, folder).toBe(manifest.version);
    expect(readManifest(join(tree, "packages/gateway")).version).not.toMatch(/^[1-9]/); // no peer made it a major
  });

  it("leaves the repository as it was", () => {
    expect(manifests()).toBe(before);
  });
});

describe("made-up packages", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "caio-made-up-")));
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  function write(name: string, declarations: string, manifest: object = {}): PublishedPackage {
    const path = join(folder, "node_modules", name);
    mkdirSync(join(path, "dist"), { recursive: true });
    writeFileSync(join(path, "dist/index.d.ts"), declarations);
    writeFileSync(join(path, "dist/index.js"), "export {};\n");
    writeFileSync(join(path, "package.json"), JSON.stringify({ name, version: "1.0.0", type: "module", exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } }, ...manifest }));
    return { folder: name, path, manifest: readManifest(path), needs: [] };
  }

  it("a parameter more is a line that went and one that came in the report", () => {
    const report = (declarations: string): string => apiReports([write("@caio/made-up", declarations)], join(folder, "scratch"))[0]?.text ?? "";
    const first = report("/** Adds. */\nexport declare function add(a: number): number;\n");
    const second = report("/** Adds up. */\nexport declare function add(a: number): number;\n");
    expect(second).toBe(first);
    expect(lineDifference(first, report("/** Adds. */\nexport declare function add(a: number, b: number): number;\n"))).toBe("- export function add(a: number): number;\n+ export function add(a: number, b: number): number;");
  });

  it("a type that is wrong, and an import that is not declared, are found in declarations that an example reaches", () => {
    write("@caio/needed", "export interface Needed { readonly a: number }\n");
    write("@caio/leaky", 'import type { Needed } from "@caio/needed";\nexport declare const needed: Needed;\nexport declare const lost: Missing;\n');
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "example.ts"), 'import { needed } from "@caio/leaky";\nconst text: string = needed.a;\n');
    const finding = new TypeChecker(join(ROOT, "node_modules/@types")).check({ name: "@caio/leaky", folder, files: ["example.ts"], browser: false }, "nodenext", false);
    expect(finding.problems.map((problem) => problem.split(" ").slice(0, 2).join(" ")).sort()).toEqual(["example.ts:2 TS2322", "node_modules/@caio/leaky/dist/index.d.ts:3 TS2304"]);
    expect(finding.undeclared).toEqual(["@caio/leaky imports the types of @caio/needed and does not depend on it"]);
  });
});

it("the bill of materials names what is shipped, no path, and licences that are allowed", async () => {
  const text = await billOfMaterials();
  const bill = JSON.parse(text) as BillOfMaterials;
  expect(bill.bomFormat).toBe("CycloneDX");
  // Of the dashboard's page, which is built into its package, and of others in production; nothing of development.
  const names = bill.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["preact", "uplot", "zod", "fastify", "libsql"]));
  expect(names).not.toContain("vitest");
  expect([licenceProblems(bill), localPaths(text)]).toEqual([[], []]);
});
