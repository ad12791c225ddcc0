import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";
import type { TestOutcome } from "./requirement.ts";

/** What the steps after the run read. */
export interface RunResults {
  readonly outcomes: readonly TestOutcome[];
  /** Files that could not be loaded and errors outside any test. */
  readonly broken: readonly string[];
}

/** Writes the outcome of every test to the file HARNESS_TEST_RESULTS names. */
export default class ResultsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env["HARNESS_TEST_RESULTS"];
    if (!file) return;
    const outcomes: TestOutcome[] = [];
    const broken = unhandled.map((error) => `outside any test: ${error.message}`);
    for (const module of modules) {
      const path = relative(process.cwd(), module.moduleId);
      for (const error of module.errors()) broken.push(`${path}: ${error.message}`);
      for (const suite of module.children.allSuites()) {
        for (const error of suite.errors()) broken.push(`${path} ${suite.fullName}: ${error.message}`);
      }
      for (const test of module.children.allTests()) {
        const result = test.result();
        const state = result.state === "pending" ? "failed" : result.state;
        const note = result.state === "skipped" ? result.note : undefined;
        outcomes.push({ name: test.fullName, file: path, state, note });
      }
    }
    writeFileSync(file, JSON.stringify({ outcomes, broken } satisfies RunResults));
  }
}
