import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { world } from "../scenarios/world.ts";
import { userGit } from "../support/git-fixture.ts";

it("a settings file is shown as it stands on the base branch, with what approving it changes [req:admin.file-now]", async () => {
  await using w = await world({ files: { "main.ts": "1" } });
  const ask = () => w.call("project/file", { project: "app" });
  expect(await ask()).toMatchObject({
    base_branch: "main",
    file: { state: "absent", sha256: null },
    changes: [],
    problem: null,
  });
  const put = (name: string, text: string) => {
    userGit(w.root, "checkout", "--quiet", "main");
    const file = path.join(w.root, name);
    writeFileSync(file, text);
    userGit(w.root, "add", "--all");
    userGit(w.root, "commit", "--quiet", "-m", "settings");
  };
  userGit(w.root, "checkout", "--quiet", "main");
  mkdirSync(path.join(w.root, ".harness"));
  put(".harness/config.toml", '[git]\nbranch_prefix = "robot/"\n[review]\nmax_rounds = 7\n');
  const shown = await ask();
  expect(shown.commit).toBe(userGit(w.root, "rev-parse", "main"));
  expect(shown.file.state).toBe("unapproved");
  expect(shown.changes).toEqual([
    { setting: "branch_prefix", from: '"harness/"', to: '"robot/"' },
    { setting: "review.max_rounds", from: expect.stringMatching(/^\d+$/), to: "7" },
  ]);
  await w.call("project/approve_file", { project: "app", sha256: shown.file.sha256 ?? "" });
  expect(await ask()).toMatchObject({ file: { state: "approved" }, changes: [], problem: null });
  put(".harness/policy.rules", "nonsense(");
  const faulty = await ask();
  expect(faulty.file.state).toBe("unapproved");
  expect(faulty.problem).toMatch(/^\.harness\/policy\.rules:\d+:\d+: /);
  put(".harness/config.toml", "no toml at all");
  expect(await ask()).toMatchObject({
    changes: [],
    problem: expect.stringContaining(".harness/config.toml"),
  });
});
