import { expect, it } from "vitest";
import { world } from "../scenarios/world.ts";
import { testDir } from "../support/test-app.ts";
import { program } from "./support.ts";

it("hooks: a program of the operator is run for its event, and a wrong table stops the start [req:hooks.config]", async () => {
  const dir = testDir("hooks");
  const argv = JSON.stringify([program(dir, "hook.cjs", "process.exit(0);")]);
  {
    const config = `[[hooks]]\nname = "mine"\nevent = "TaskQueued"\nargv = ${argv}`;
    await using w = await world({ config });
    await w.submit();
    const ran = await w.event((event) => event.type === "hook.ran");
    expect(ran.data).toMatchObject({ hook: "mine", event: "TaskQueued", outcome: "passed" });
  }
  for (const [table, says] of [
    ['event = "TaskQueud"\nargv = ["x"]', /event/],
    ['event = "TaskQueued"\nargv = ["x"]\nmatcher = "Bash"', /matcher/],
    ['event = "Stop"\nargv = ["x"]\non_failure = "allow"', /on_failure/],
    ['event = "PreToolUse"\nargv = ["x"]\nmatcher = "("', /regular expression/],
    ['event = "PreToolUse"', /argv/],
  ] as const)
    await expect(world({ dir, config: `[[hooks]]\n${table}` })).rejects.toThrow(says);
});
