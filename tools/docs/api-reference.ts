import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { Application, LogLevel, ReflectionKind } from "typedoc";

import { ROOT } from "../architecture/projects.ts";
import { publishedPackages, type PublishedPackage } from "./published-packages.ts";

/** Where the pages of packages are made, within the repository; git does not keep them. */
export const REFERENCE = "docs/reference/";

/** The umbrella has only names of other packages, which stand on their pages. */
const UMBRELLA = "caio";

/** How names are shown; declared by the plugin, so TypeDoc's types do not know all of them. */
const LAYOUT: Readonly<Record<string, string | boolean>> = {
  router: "module",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  useCustomAnchors: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  typeDeclarationFormat: "table",
  enumMembersFormat: "table",
};

interface Door {
  readonly name: string;
  readonly file: string;
}

/** What was made. */
export interface Reference {
  readonly packages: number;
  readonly doors: number;
  /** Exported names that are described. */
  readonly names: number;
}

/** Makes the pages of all packages: the README as the first, and behind it what each door exports, from its docstrings. */
export async function writeReference(root: URL = ROOT): Promise<Reference> {
  const packages = publishedPackages(root);
  await rm(new URL(REFERENCE, root), { recursive: true, force: true });
  const doors = packages.flatMap((each) => (each.name === UMBRELLA ? [] : each.doors));
  const names = await writeNames(doors, root);
  for (const each of packages) {
    const readme = await readFile(new URL(`${each.folder}/README.md`, root), "utf8");
    await mkdir(new URL(`${REFERENCE}${each.key}/`, root), { recursive: true });
    await writeFile(new URL(`${REFERENCE}${each.key}/index.md`, root), readme + doorsOf(each));
  }
  return { packages: packages.length, doors: doors.length, names };
}

function doorsOf({ name, doors }: PublishedPackage): string {
  if (name === UMBRELLA || doors.length === 0) return "";
  return `\n## Every name\n\n${doors.map((door) => `- [\`${door.name}\`](/reference/names/${keyOf(door)}.html), from the docstrings`).join("\n")}\n`;
}

/** Of `@caio/contracts/executor`: `contracts-executor`. */
function keyOf({ name }: Door): string {
  return name.replace("@caio/", "").replaceAll("/", "-");
}

async function writeNames(doors: readonly Door[], root: URL): Promise<number> {
  const app = await Application.bootstrapWithPlugins({
    entryPoints: doors.map(({ file }) => fileURLToPath(new URL(file, root))),
    tsconfig: fileURLToPath(new URL("tools/docs/tsconfig.reference.json", root)),
    basePath: fileURLToPath(root),
    out: fileURLToPath(new URL(`${REFERENCE}names/`, root)),
    plugin: ["typedoc-plugin-markdown"],
    readme: "none",
    // What does not compile is found elsewhere, and quicker.
    skipErrorChecking: true,
    logLevel: LogLevel.Error,
    excludePrivate: true,
    excludeExternals: true,
    excludeInternal: true,
    disableSources: true,
    disableGit: true,
    ...(LAYOUT as object),
  });
  const project = await app.convert();
  const modules = project?.getChildrenByKind(ReflectionKind.Module) ?? [];
  if (project === undefined || modules.length !== doors.length) throw new Error("The names of the packages could not be read from their sources: run typedoc with tools/docs/tsconfig.reference.json to see why.");
  for (const door of doors) {
    const module = modules.find(({ name }) => name === door.file.replace(/(?:\/index)?\.ts$/, ""));
    if (module === undefined) throw new Error(`${door.file} is not among what TypeDoc read.`);
    module.name = keyOf(door);
  }
  await app.generateOutputs(project);
  await rm(new URL(`${REFERENCE}names/README.md`, root), { force: true });
  for (const door of doors) {
    const file = new URL(`${REFERENCE}names/${keyOf(door)}.md`, root);
    const text = await readFile(file, "utf8");
    await writeFile(file, `---\noutline: [2, 3]\n---\n\n${text.replace(/^# .*$/m, `# ${door.name}`)}`);
  }
  return modules.reduce((sum, { children = [] }) => sum + children.length, 0);
}
