import { rmSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { startPostgres } from "../../../../test/support/postgres.ts";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { testApp, testDir } from "../support/test-app.ts";

const read = "const prompt = require('fs').readFileSync(0, 'utf8');";

it("runs a whole task on Postgres, and the next server resumes on it [req:storage.postgres-task]", async () => {
  const postgres = await startPostgres();
  const dir = testDir("postgres");
  const root = makeRepository(path.join(dir, "repo"), { "a.txt": "a\n" });
  const options = {
    dir,
    env: { HARNESS_DATABASE_URL: postgres.url },
    agents: {
      writer: {
        source: `${read} require('fs').writeFileSync('b.txt', 'b\\n'); console.log('done');`,
        roles: ["implementer"],
      },
      judge: {
        source: `${read} console.log(JSON.stringify({ verdict: 'approved', summary: 'fine', findings: [] }));`,
        roles: ["reviewer"],
      },
    },
  };
  try {
    {
      await using first = await testApp(options);
      await first.call("project/create", {
        root,
        default: true,
        validation: [{ name: "exists", argv: ["test", "-f", "b.txt"] }],
      });
      const { task_id } = await first.call("task/create", { prompt: "Make b.txt", agent: "writer" });
      const task = await first.settled(task_id);
      expect(task).toMatchObject({
        status: "done",
        evidence: { state: "passed" },
        review: { verdict: "approved" },
        grade: { letter: "A" },
      });
      expect(userGit(root, "show", `${task.branch}:b.txt`)).toBe("b");
      expect((await first.call("server/status", {})).database).toBe("postgres");
    }
    await using second = await testApp(options);
    expect((await second.call("task/list", { counts: true })).counts).toMatchObject({
      exact: true,
      total: 1,
      by_status: { done: 1 },
    });
  } finally {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});
