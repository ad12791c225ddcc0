import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { isRoot, outputAsNobody } from "./as-nobody.ts";
import { SandboxBench } from "./bench.ts";
import { sandboxConformance } from "./conformance.ts";
import { attempts, escapeChecks } from "./escapes.ts";

const everything = [...sandboxConformance, ...escapeChecks];

interface Result {
  readonly title: string;
  readonly ok: boolean;
  readonly error?: string;
}

/** What all checks come to as an ordinary user, or why none could be made. */
async function asNobody(choice: string): Promise<readonly Result[] | string> {
  const script = fileURLToPath(new URL("as-user.ts", import.meta.url));
  const found = await outputAsNobody(script, [choice]);
  if (typeof found === "string") return found;
  const lines = found.stdout.trimEnd().split("\n");
  const unavailable = /^unavailable: (.*)$/.exec(lines[0] ?? "")?.[1];
  return unavailable ?? lines.map((line) => JSON.parse(line) as Result);
}

it("there are at least 25 ways out to try, for every driver [req:sandbox.escapes, sandbox.drivers]", () => {
  expect(attempts.length).toBeGreaterThanOrEqual(25);
});

describe.each(["bwrap", "unshare"] as const)("the %s driver", (choice) => {
  // Not `it.for`: it would cut the title, and with it the promise.
  for (const { title, run: check } of everything) {
    it(title, async ({ skip }) => {
      await using bench = new SandboxBench(choice);
      const probe = await bench.driver.probe();
      if (!probe.ok) return skip(`${probe.reason}. ${probe.fix}`);
      await check(bench);
    });
  }

  it("passes all of it as an ordinary user too [req:sandbox.any-user]", async ({ skip }) => {
    if (!isRoot) return skip("the whole suite already runs as an ordinary user");
    const results = await asNobody(choice);
    if (typeof results === "string") return skip(results);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(results).toHaveLength(everything.length);
  }, 300_000);
});

describe("the srt driver", () => {
  // It refuses root, so there its checks are made by another user, in a program of that user's.
  let asUser: readonly Result[] | string;
  beforeAll(async () => {
    if (isRoot) asUser = await asNobody("srt");
  }, 600_000);

  for (const { title, run: check } of everything) {
    it(title, async ({ skip }) => {
      if (isRoot) {
        if (typeof asUser === "string") return skip(asUser);
        return expect(asUser.find((result) => result.title === title)).toEqual({ title, ok: true });
      }
      await using bench = new SandboxBench("srt");
      const probe = await bench.driver.probe();
      if (!probe.ok) return skip(`${probe.reason}. ${probe.fix}`);
      await check(bench);
    });
  }

  it("refuses root, for whom srt leaves the kernel's settings open [req:sandbox.srt-root]", async ({
    skip,
  }) => {
    if (!isRoot) return skip("only root is refused");
    await using bench = new SandboxBench("srt");
    expect(await bench.driver.probe()).toMatchObject({
      ok: false,
      reason: expect.stringContaining("core_pattern"),
      fix: expect.stringContaining("ordinary user"),
    });
    await expect(bench.sh("true")).rejects.toMatchObject({ code: "sandbox_unavailable" });
  });
});
