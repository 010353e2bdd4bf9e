import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

import { doorsOf, ROOT, type PublishedPackage } from "../published.ts";
import { lineDifference } from "./line-difference.ts";
import { reportFile } from "./report-file.ts";

/** The public API of one door of one package as text, and where the committed report of it is. */
export interface ApiReport {
  readonly name: string;
  readonly door: string;
  readonly file: string;
  readonly text: string;
}

/**
 * What every public door declares, by API Extractor over the built declarations: one TypeScript program for all of them, in which the packages
 * are to each other what they are to a user (what is re-exported is named, not repeated). `scratch` is a folder for its files.
 */
export function apiReports(packages: readonly PublishedPackage[], scratch: string): readonly ApiReport[] {
  const doors = packages.flatMap((source) => doorsOf(source).map(({ door, types }) => ({ source, door, types })));
  const missing = doors.find(({ types }) => !existsSync(types));
  if (missing !== undefined) throw new Error(`${relative(ROOT, missing.types)} is not there: build the packages first (npm run build).`);
  const configs = doors.map(({ source, door, types }, at) => ({ source, door, config: configOf(source, types, `report-${String(at)}`, scratch) }));
  const [first] = configs;
  if (first === undefined) return [];
  const compilerState = CompilerState.create(first.config, { additionalEntryPoints: configs.map(({ config }) => config.mainEntryPointFilePath) });
  return configs.map(({ source, door, config }, at) => {
    const problems: string[] = [];
    Extractor.invoke(config, {
      compilerState,
      localBuild: true,
      messageCallback: (message) => {
        message.handled = true;
        if (message.messageId.startsWith("TS")) problems.push(message.text);
      },
    });
    if (problems.length > 0) throw new Error(`${source.manifest.name}: ${problems.join("\n")}`);
    const text = readFileSync(join(scratch, `report-${String(at)}.api.md`), "utf8").replaceAll("\r\n", "\n");
    return { name: source.manifest.name, door, file: reportFile(source, door), text };
  });
}

function configOf(source: PublishedPackage, types: string, name: string, scratch: string): ExtractorConfig {
  const compilerOptions = { target: "es2023", lib: ["es2023", "dom"], module: "nodenext", moduleResolution: "nodenext", types: ["node"], strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true, preserveSymlinks: true };
  mkdirSync(scratch, { recursive: true });
  return ExtractorConfig.prepare({
    configObject: {
      ...{ projectFolder: source.path, mainEntryPointFilePath: types, compiler: { overrideTsconfig: { compilerOptions } } },
      apiReport: { enabled: true, reportFileName: `${name}.api.md`, reportFolder: scratch, reportTempFolder: join(scratch, "temp"), includeForgottenExports: true },
      ...{ docModel: { enabled: false }, dtsRollup: { enabled: false }, tsdocMetadata: { enabled: false } },
      // Comments belong to the sources; here stands what code can rely on.
      messages: { extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } }, tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } }, compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } } },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(source.path, "package.json"),
  });
}

/** How the committed report differs; undefined when it does not. */
export function differenceOf(report: ApiReport): string | undefined {
  const committed = existsSync(report.file) ? readFileSync(report.file, "utf8") : "";
  if (committed === report.text) return undefined;
  return lineDifference(committed, report.text);
}

export function writeReport({ file, text }: ApiReport): void {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}
