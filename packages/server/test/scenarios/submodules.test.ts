import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, it } from "vitest";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { testApp } from "../support/test-app.ts";

const read = "const prompt = require('fs').readFileSync(0, 'utf8');";
const agents = {
  writer: {
    source: `${read} require('fs').writeFileSync('b.txt', 'b\\n'); console.log('done');`,
    roles: ["implementer"],
  },
  judge: {
    source: `${read} console.log(JSON.stringify({ verdict: 'approved', summary: 'fine', findings: [] }));`,
    roles: ["reviewer"],
  },
};

/** Serves a directory, as git's plain HTTP transport reads it. */
async function serve(dir: string) {
  const server = createServer((request, response) => {
    const file = path.join(dir, new URL(request.url ?? "/", "http://x").pathname);
    readFile(file).then(
      (data) => response.end(data),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

it("leaves submodules empty until the project turns them on, and then fills them inside the sandbox [req:pipeline.submodules]", async () => {
  await using app = await testApp({ agents });
  const part = makeRepository(path.join(app.dir, "part"), { "part.txt": "part\n" });
  userGit(part, "update-server-info");
  const web = await serve(path.join(part, ".git"));
  try {
    const sha = userGit(part, "rev-parse", "HEAD");
    const root = makeRepository(path.join(app.dir, "repo"), {
      ".gitmodules": `[submodule "part"]\n\tpath = part\n\turl = ${web.url}\n`,
    });
    userGit(root, "update-index", "--add", "--cacheinfo", `160000,${sha},part`);
    userGit(root, "commit", "-q", "-m", "add the part");
    const validation = [{ name: "part", argv: ["test", "-f", "part/part.txt"] }];
    const { settings } = await app.call("project/create", { root, default: true, validation });
    expect(settings.submodules).toBe(false);
    const off = await app.call("task/create", { prompt: "Make b.txt", agent: "writer" });
    expect((await app.settled(off.task_id)).error?.code).toBe("validation_failed");
    await app.call("project/update", { project: root, submodules: true });
    const on = await app.call("task/create", { prompt: "Make b.txt", agent: "writer" });
    const done = await app.settled(on.task_id);
    expect(done, JSON.stringify(done.error)).toMatchObject({ status: "done", evidence: { state: "passed" } });
    expect(userGit(root, "ls-tree", done.branch!, "part")).toContain(sha);
  } finally {
    web.close();
  }
});
