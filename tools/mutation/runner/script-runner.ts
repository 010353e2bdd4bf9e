import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";

import type { InstrumenterContext } from "@stryker-mutator/api/core";
import { determineHitLimitReached, DryRunStatus, TestStatus, toMutantRunResult, type DryRunOptions, type DryRunResult, type MutantRunOptions, type MutantRunResult, type TestResult, type TestRunner, type TestRunnerCapabilities } from "@stryker-mutator/api/test-runner";
import { startTests, type Suite, type Task, type Test, type VitestRunner } from "@vitest/runner";

import { bundleTests } from "./bundle-tests.ts";

/** What a bundle exports. */
interface TestFiles {
  readonly files: Readonly<Record<string, () => Promise<unknown>>>;
}

type Evaluate = (require: (name: string) => unknown, module: { exports: unknown }) => void;

/** What Stryker's instrumented code reads and writes. */
type Instrumented = { [Name in keyof InstrumenterContext]: InstrumenterContext[Name] | undefined };

/**
 * Runs tests with vitest's own runner and assertions, in this process and without vitest's server: for each mutant all modules are evaluated anew from a
 * script that is compiled once. Nothing that a mutant left in a module is seen by the next.
 */
export class ScriptRunner implements TestRunner {
  readonly #tests: readonly string[];
  readonly #mostRuns: number;
  /** Of the tests by their id, as the dry run found them: what is quick runs first. */
  readonly #durations = new Map<string, number>();
  #vitest: unknown;
  #script: Script | undefined;

  /**
   * @param tests - files of tests, from the root
   * @param mostRuns - cases of one property
   */
  constructor(tests: readonly string[], mostRuns: number) {
    this.#tests = tests;
    this.#mostRuns = mostRuns;
  }

  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    const text = await bundleTests(process.cwd(), this.#tests, this.#mostRuns);
    this.#script = new Script(`(function (require, module) { ${text}\n})`, { filename: join(process.cwd(), "tests.cjs") });
    // It cannot be required.
    this.#vitest = await import("vitest");
  }

  async dryRun({ disableBail }: DryRunOptions): Promise<DryRunResult> {
    const instrumented = context();
    instrumented.activeMutant = undefined;
    const result = await this.#run({ bail: !disableBail });
    const { mutantCoverage } = instrumented;
    if (result.status === DryRunStatus.Complete) for (const { id, timeSpentMs } of result.tests) this.#durations.set(id, timeSpentMs);
    return result.status === DryRunStatus.Complete && mutantCoverage !== undefined ? { ...result, mutantCoverage } : result;
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit, disableBail }: MutantRunOptions): Promise<MutantRunResult> {
    const instrumented = context();
    const activate = (): void => {
      instrumented.activeMutant = activeMutant.id;
    };
    Object.assign(instrumented, { activeMutant: undefined, hitCount: 0, hitLimit });
    if (mutantActivation === "static") activate();
    const result = await this.#run({ bail: !disableBail, only: testFilter, activate });
    return toMutantRunResult(determineHitLimitReached(instrumented.hitCount, hitLimit) ?? result);
  }

  async #run({ bail, only, activate }: { readonly bail: boolean; readonly only?: readonly string[] | undefined; readonly activate?: () => void }): Promise<DryRunResult> {
    const filter = only === undefined ? undefined : new Set(only);
    const files = this.#tests.filter((file) => only?.some((id) => id.startsWith(`${file}#`)) ?? true);
    const root = process.cwd();
    try {
      const bundle = this.#evaluate();
      const done = await startTests(
        files.map((file) => join(root, file)),
        runnerOf({ root, bail, filter, activate, durations: this.#durations, importFile: (path) => bundle.files[path.slice(root.length + 1)]?.() }),
      );
      const failed = done.flatMap(({ result }) => result?.errors ?? []).map(({ message }) => message);
      const tests = done.flatMap(testsOf).filter(({ result }) => result?.state === "pass" || result?.state === "fail").map(resultOf);
      if (failed.length > 0 && tests.every(({ status }) => status !== TestStatus.Failed)) tests.push({ id: "load", name: "load", timeSpentMs: 0, status: TestStatus.Failed, failureMessage: failed.join("\n") });
      return { status: DryRunStatus.Complete, tests };
    } catch (error) {
      // Modules of a static mutant may not even load, which is as good as a test that fails.
      return { status: DryRunStatus.Complete, tests: [{ id: "load", name: "load", timeSpentMs: 0, status: TestStatus.Failed, failureMessage: String(error) }] };
    }
  }

  #evaluate(): TestFiles {
    if (this.#script === undefined) throw new Error("The runner was not initialised.");
    const builtin = createRequire(join(process.cwd(), "package.json"));
    const module = { exports: {} as TestFiles };
    (this.#script.runInThisContext() as Evaluate)((name) => (name === "vitest" ? this.#vitest : builtin(name)), module);
    return module.exports;
  }
}

function context(): Instrumented {
  const global = globalThis as { __stryker__?: Instrumented };
  return (global.__stryker__ ??= {});
}

interface RunTerms {
  readonly root: string;
  readonly bail: boolean;
  readonly filter: ReadonlySet<string> | undefined;
  readonly activate: (() => void) | undefined;
  readonly durations: ReadonlyMap<string, number>;
  readonly importFile: (path: string) => unknown;
}

function runnerOf({ root, bail, filter, activate, durations, importFile }: RunTerms): VitestRunner {
  const instrumented = context();
  let stopped = false;
  return {
    importFile,
    onCollected: (files) => {
      for (const test of files.flatMap(testsOf)) if (filter !== undefined && !filter.has(idOf(test, root))) test.mode = "skip";
      for (const file of files) quickFirst(file, (test) => durations.get(idOf(test, root)) ?? 0);
      activate?.();
    },
    onBeforeRunTask: (test) => {
      if (stopped) test.mode = "skip";
      instrumented.currentTestId = idOf(test, root);
    },
    onAfterRunTask: (test) => {
      instrumented.currentTestId = undefined;
      stopped ||= bail && test.result?.state === "fail";
    },
    config: {
      root,
      setupFiles: [],
      name: undefined,
      passWithNoTests: true,
      testNamePattern: undefined,
      allowOnly: false,
      sequence: { seed: 1, hooks: "stack", setupFiles: "list" },
      chaiConfig: undefined,
      maxConcurrency: 1,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: undefined,
      strictTags: false,
    },
  };
}

/** Puts the tests of a suite in the order of their time; suites by all of theirs. */
function quickFirst(suite: Suite, timeOf: (test: Test) => number): void {
  const times = new Map(suite.tasks.map((task) => [task, testsOf(task).reduce((sum, test) => sum + timeOf(test), 0)]));
  suite.tasks.sort((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0));
  for (const task of suite.tasks) if (task.type === "suite") quickFirst(task, timeOf);
}

function testsOf(task: Task | Suite): Test[] {
  return task.type === "test" ? [task] : task.tasks.flatMap(testsOf);
}

function idOf(test: Test, root: string): string {
  return `${test.file.filepath.slice(root.length + 1)}#${nameOf(test)}`;
}

function nameOf(test: Test): string {
  const names: string[] = [test.name];
  for (let { suite } = test; suite !== undefined; { suite } = suite) names.unshift(suite.name);
  return names.join(" ").trim();
}

function resultOf(test: Test): TestResult {
  const base = { id: idOf(test, process.cwd()), name: nameOf(test), fileName: test.file.filepath, timeSpentMs: test.result?.duration ?? 0 };
  return test.result?.state === "pass"
    ? { ...base, status: TestStatus.Success }
    : { ...base, status: TestStatus.Failed, failureMessage: test.result?.errors?.[0]?.message ?? "failed" };
}
