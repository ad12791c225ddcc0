import { describe, expect, it } from "vitest";
import { readCounts } from "./counts.ts";

describe("test counts in a command's output", () => {
  it.each([
    [
      "node --test",
      "ℹ tests 3\nℹ suites 0\nℹ pass 2\nℹ fail 1\nℹ cancelled 0\nℹ skipped 4\n",
      { passed: 2, failed: 1, skipped: 4 },
    ],
    [
      "node --test tap",
      "1..3\n# tests 3\n# pass 3\n# fail 0\n# skipped 0\n",
      { passed: 3, failed: 0, skipped: 0 },
    ],
    [
      "cargo",
      "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured\n\ntest result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured",
      { passed: 7, failed: 1, skipped: 1 },
    ],
    [
      "vitest",
      "\u001b[2m Test Files \u001b[22m 1 passed (1)\n\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[31m1 failed\u001b[39m\u001b[22m | \u001b[32m9 passed\u001b[39m | 2 skipped (12)\n",
      { passed: 9, failed: 1, skipped: 2 },
    ],
    [
      "jest",
      "Test Suites: 1 failed, 2 passed, 3 total\nTests:       1 failed, 4 passed, 5 total\n",
      { passed: 4, failed: 1, skipped: 0 },
    ],
    [
      "pytest",
      "===== 1 failed, 3 passed, 2 skipped, 1 error in 0.12s =====",
      { passed: 3, failed: 2, skipped: 2 },
    ],
    ["pytest -q", "3 passed in 0.01s", { passed: 3, failed: 0, skipped: 0 }],
    [
      "go -v",
      "--- PASS: TestA (0.00s)\n    --- PASS: TestA/x (0.00s)\n--- FAIL: TestB (0.00s)\n--- SKIP: TestC (0.00s)\n",
      { passed: 2, failed: 1, skipped: 1 },
    ],
    ["mocha", "  2 passing (5ms)\n  1 failing\n", { passed: 2, failed: 1, skipped: 0 }],
    [
      "maven",
      "Tests run: 2, Failures: 0, Errors: 0, Skipped: 0\nTests run: 9, Failures: 1, Errors: 1, Skipped: 2",
      { passed: 5, failed: 2, skipped: 2 },
    ],
    ["plain", "10 passed, 2 failed, 1 skipped\n", { passed: 10, failed: 2, skipped: 1 }],
  ])("of %s are read [req:evidence.counts]", (_, output, counts) => {
    expect(readCounts(output)).toEqual(counts);
  });

  it.each(["", "All tests pass.", "everything is fine, 12 tests", "ok"])(
    "of %j are unknown, not zero [req:evidence.counts]",
    (text) => {
      expect(readCounts(text)).toBeNull();
    },
  );
});
