import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { HarnessError, terminalStatuses } from "@harness/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { verifyInvariants } from "../support/invariants.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";

const read = "const prompt = require('fs').readFileSync(0, 'utf8');";
const agents = {
  writer: {
    source: `${read} require('fs').appendFileSync('new.txt', 'work\\n'); console.log('I wrote the file.');`,
    roles: ["implementer"],
  },
  judge: {
    source: `${read} console.log(JSON.stringify({ verdict: 'approved', summary: 'fine', findings: [] }));`,
    roles: ["reviewer"],
  },
};
const check =
  "import fs from 'node:fs'; if (!fs.existsSync('new.txt')) process.exit(1); console.log('1 passed, 0 failed');";

let server: ServerProcess | undefined;
let dir = "";

afterEach(async () => {
  await server?.kill("SIGKILL");
  server = undefined;
  rmSync(dir, { recursive: true, force: true });
});

/** HEAD, index, config and hooks of the user's checkout: nothing of ours may touch them. */
function fingerprint(root: string): string {
  const hash = createHash("sha256");
  for (const file of [".git/HEAD", ".git/index", ".git/config"])
    hash.update(readFileSync(path.join(root, file)));
  return hash.update(userGit(root, "status", "--porcelain=v1")).digest("hex");
}

async function prepare(failpoint: string): Promise<{ root: string; before: string }> {
  dir = testDir("kill");
  const root = makeRepository(path.join(dir, "repo"), { "a.txt": "a\n", "check.mjs": check });
  userGit(root, "status");
  const before = fingerprint(root);
  server = await startServerProcess({ dir, agents, failpoint });
  await server.client.call("project/create", {
    root,
    default: true,
    validation: [{ name: "check", argv: ["node", "check.mjs"] }],
  });
  return { root, before };
}

async function settle(running: ServerProcess, task_id: string) {
  for (;;) {
    const task = await running.client.call("task/get", { task_id });
    const over =
      [...terminalStatuses, "waiting"].includes(task.status) &&
      !task.attempt_history.some((attempt) => attempt.status === "running");
    if (over) return task;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const create = { prompt: "Make new.txt", agent: "writer", idempotency_key: "one" };

describe("a server killed at a fail point", () => {
  it("K1: loses nothing that was acknowledged when it dies before the commit [req:crash.k1]", async () => {
    const { root } = await prepare("K1");
    await expect(server!.client.call("task/create", create)).rejects.toThrow();
    expect((await server!.exited).signal).toBe("SIGKILL");
    server = await startServerProcess({ dir, agents });
    expect((await server.client.call("task/list", {})).data).toEqual([]);
    const { task_id } = await server.client.call("task/create", create);
    expect((await settle(server, task_id)).status).toBe("done");
    await verifyInvariants({ client: server.client, dataDir: path.join(dir, "data"), root });
  });

  it("K2: keeps the task and answers a retry with the same id when it dies after the commit [req:crash.k2]", async () => {
    const { root } = await prepare("K2");
    await expect(server!.client.call("task/create", create)).rejects.toThrow();
    await server!.exited;
    server = await startServerProcess({ dir, agents });
    const { data } = await server.client.call("task/list", {});
    expect(data).toHaveLength(1);
    const again = await server.client.call("task/create", create);
    expect(again.task_id).toBe(data[0]!.id);
    expect((await settle(server, again.task_id)).status).toBe("done");
    await verifyInvariants({ client: server.client, dataDir: path.join(dir, "data"), root });
  });

  const points = [
    ["K3", "after the claim"],
    ["K4", "with a clone made that no row names"],
    ["K5", "with an agent started that nothing recorded"],
    ["K6", "in the middle of an agent's output"],
    ["K9", "after the agent ended, before its result was stored"],
    ["K10", "while validation ran"],
    ["K11", "after the snapshot's commit"],
    ["K12", "after the branch was published, before that was recorded"],
    ["K16", "in the middle of cleaning up"],
  ] as const;

  for (const [point, when] of points) {
    it(`${point}: finishes the task exactly once after dying ${when} [req:crash.${point.toLowerCase()}]`, async () => {
      const { root, before } = await prepare(point);
      const { task_id } = await server!.client.call("task/create", create).catch((error: unknown) => {
        if (error instanceof HarnessError) throw error;
        return { task_id: "" };
      });
      expect((await server!.exited).signal).toBe("SIGKILL");
      server = await startServerProcess({ dir, agents });
      const id = task_id || (await server.client.call("task/list", {})).data[0]!.id;
      const task = await settle(server, id);
      expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
      expect(task.attempt_history.map((attempt) => attempt.status)).toEqual(
        point === "K16" ? ["succeeded"] : ["crashed", "succeeded"],
      );
      await verifyInvariants({ client: server.client, dataDir: path.join(dir, "data"), root });
      expect(fingerprint(root)).toBe(before);
    });
  }

  it("K18: requeues or releases what was running when it dies while draining [req:crash.k18]", async () => {
    const { root } = await prepare("K18");
    const { task_id } = await server!.client.call("task/create", create);
    process.kill(server!.pid, "SIGTERM");
    expect((await server!.exited).signal).toBe("SIGKILL");
    server = await startServerProcess({ dir, agents });
    expect((await settle(server, task_id)).status).toBe("done");
    await verifyInvariants({ client: server.client, dataDir: path.join(dir, "data"), root });
  });

  it("K17: starts again after dying in the middle of a migration [req:crash.k17]", async () => {
    dir = testDir("kill");
    await expect(startServerProcess({ dir, agents, failpoint: "K17" })).rejects.toThrow("SIGKILL");
    server = await startServerProcess({ dir, agents });
    expect((await server.client.call("server/status", {})).last_seq).toBe(1);
  });
});
