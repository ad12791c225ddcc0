import path from "node:path";
import { isHarnessError, terminalStatuses } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { approves, implementer, type World, world } from "../scenarios/world.ts";
import { enospc, parseFailpoint } from "../support/failpoint.ts";
import { userGit } from "../support/git-fixture.ts";
import { verifyInvariants } from "../support/invariants.ts";

const create = { prompt: "Make sum add", idempotency_key: "one" };
const env = { HARNESS_DISK_RESERVE_BYTES: "1048576", HARNESS_DISK_MIN_FREE_BYTES: "0" };

/** The task once it has ended for good: while it waits for room, the disk is looked at again. */
async function settle(w: World, task_id: string) {
  for (;;) {
    const task = await w.settled(task_id);
    if ((terminalStatuses as readonly string[]).includes(task.status)) return task;
    if (task.block_reason) expect(task.block_reason.code).toBe("storage_full");
    await w.app.space.look(true);
  }
}

/** Submits as a client does: what is refused for want of room is sent again with the same key. */
async function submit(w: World): Promise<{ task_id: string; refused: number }> {
  for (let refused = 0; ; refused += 1) {
    try {
      return { task_id: (await w.call("task/create", create)).task_id, refused };
    } catch (error) {
      if (!isHarnessError(error, "storage_full")) throw error;
      await w.app.space.look(true);
    }
  }
}

describe("a disk that is full at a fail point", () => {
  const points = [
    ["K1", "while a request is stored"],
    ["K2", "between the commit and the answer"],
    ["K3", "after the claim"],
    ["K4", "while the clone is made"],
    ["K5", "when the agent's process is written down"],
    ["K6", "in the middle of an agent's output"],
    ["K9", "before the agent's result is stored"],
    ["K10", "while validation runs"],
    ["K11", "in the snapshot"],
    ["K12", "after the branch was published, before that was recorded"],
    ["K16", "in the middle of cleaning up"],
  ] as const;

  for (const [point, when] of points) {
    it(`${point}: pauses and then finishes the task exactly once when it fills up ${when} [req:disk.enospc.${point.toLowerCase()}]`, async () => {
      await using w = await world({ failpoint: parseFailpoint(`${point}=enospc`), env });
      const { task_id, refused } = await submit(w);
      expect(refused).toBe(point === "K1" || point === "K2" ? 1 : 0);
      const task = await settle(w, task_id);
      expect(task.status, JSON.stringify(task.error)).toBe("done");
      expect((await w.call("task/list", {})).data).toHaveLength(1);
      // A process that is not written down is found by its mark, and a tree that is not removed goes later.
      if (point !== "K5" && point !== "K16") await w.event((event) => event.type === "storage.full");
      await verifyInvariants({ client: w, dataDir: path.join(w.dir, "data"), root: w.root });
      expect(userGit(w.root, "status", "--porcelain=v1")).toBe("");
    });
  }

  // The database fails at the commits of one whole task, one after the other.
  for (const nth of [1, 3, 8, 13, 21])
    it(`DB: loses nothing when commit ${nth} finds it full [req:disk.enospc.db]`, async () => {
      const full = parseFailpoint(`DB=enospc@${nth}`);
      let armed = false;
      await using w = await world({ failpoint: (name) => (armed ? full(name) : undefined), env });
      armed = true;
      const { task_id } = await submit(w);
      expect((await settle(w, task_id)).status).toBe("done");
      await verifyInvariants({ client: w, dataDir: path.join(w.dir, "data"), root: w.root });
    });

  it("work there is no room to keep stays in its tree, and the next attempt takes it from there [req:disk.tree-stays]", async () => {
    let hungry = true;
    const failpoint = (name: string) => {
      if (hungry && (name === "K9" || name === "K11")) throw enospc();
    };
    const writer = implementer(`
      if (fs.existsSync("half.txt")) write("sum.js", "module.exports = (a, b) => a + b;\\n");
      else write("half.txt", "half"); say("done");`);
    await using w = await world({ failpoint, env, agents: { writer, critic: approves } });
    const { task_id } = await submit(w);
    const paused = await w.settled(task_id);
    expect(paused).toMatchObject({ head_sha: null, block_reason: { code: "storage_full" } });
    expect(paused.attempt_history.map(({ status }) => status)).toEqual(["crashed"]);
    hungry = false;
    const task = await settle(w, task_id);
    expect(task).toMatchObject({ status: "done", attempts: 2, changes: { files: 2 } });
    await verifyInvariants({ client: w, dataDir: path.join(w.dir, "data"), root: w.root });
  });

  it("a task that finds no room again and again, although there is some, waits for a person [req:disk.pause-limit]", async () => {
    let hungry = true;
    const failpoint = (name: string) => {
      if (name === "K4" && hungry) throw enospc();
    };
    await using w = await world({ failpoint, env });
    const { task_id } = await submit(w);
    let task = await w.settled(task_id);
    for (; task.block_reason?.needs !== "person"; task = await w.settled(task_id)) {
      expect(task.block_reason?.code ?? "storage_full").toBe("storage_full");
      await w.app.space.look(true);
    }
    expect(task.attempts).toBe(3);
    await w.app.space.look(true);
    hungry = false;
    await w.call("task/unblock", { task_id });
    expect((await settle(w, task_id)).status).toBe("done");
  });
});
