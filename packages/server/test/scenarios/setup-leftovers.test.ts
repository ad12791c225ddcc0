import path from "node:path";
import { expect, it } from "vitest";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { testApp } from "../support/test-app.ts";

const read = "const prompt = require('fs').readFileSync(0, 'utf8');";
const agents = {
  idle: { source: `${read} console.log('There was nothing to do.');`, roles: ["implementer"] },
  writer: {
    source: `${read} require('fs').writeFileSync('b.txt', 'b\\n'); console.log('done');`,
    roles: ["implementer"],
  },
  judge: {
    source: `${read} console.log(JSON.stringify({ verdict: 'approved', summary: 'fine', findings: [] }));`,
    roles: ["reviewer"],
  },
};

it("never counts what setup left in the tree as the agent's work [req:pipeline.setup-leftovers]", async () => {
  await using app = await testApp({ agents });
  const root = makeRepository(path.join(app.dir, "repo"), { "a.txt": "a\n" });
  await app.call("project/create", {
    root,
    default: true,
    setup: [["touch", "lock.txt"]],
    validation: [{ name: "true", argv: ["true"] }],
  });
  const idle = await app.call("task/create", { prompt: "Do nothing", agent: "idle" });
  expect((await app.settled(idle.task_id)).status).toBe("no_change");
  const busy = await app.call("task/create", { prompt: "Make b.txt", agent: "writer" });
  const done = await app.settled(busy.task_id);
  expect(done).toMatchObject({ status: "done", changes: { files: 1 } });
  expect(userGit(root, "ls-tree", "--name-only", done.branch!).split("\n")).toEqual(["a.txt", "b.txt"]);
});
