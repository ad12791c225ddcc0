import { describe, expect, it } from "vitest";
import { approves, implementer, type World, world } from "../scenarios/world.ts";

/** Waits in its first round until its file is there; else does what its words say. */
const patient = implementer(`
  const words = prompt.trim().split("\\n").at(-1);
  const [, file, text] = /^write (\\S+) (.*)$/.exec(words) ?? [];
  if (file) { write(file, text + "\\n"); say("wrote " + file); }
  else {
    write("sum.js", "module.exports = (a, b) => a + b;\\n");
    say("begun");
    const wait = setInterval(() => { if (fs.existsSync("stop-waiting") || !prompt.includes("Wait")) clearInterval(wait); }, 20);
  }`);

async function begun(w: World, task_id: string): Promise<{ thread_id: string; turn_id: string }> {
  const event = await w.event((one) => one.type === "message.delta" && one.task_id === task_id);
  return { thread_id: event.thread_id ?? "", turn_id: event.turn_id ?? "" };
}

describe("the threads of a task", () => {
  it("are interrupted like any other: the task waits, its work is kept, and it goes on [req:thread.of-task]", async () => {
    await using w = await world({ agents: { writer: patient, critic: approves } });
    const task_id = await w.submit({ prompt: "Make sum add. Wait" });
    const { thread_id, turn_id } = await begun(w, task_id);
    await expect(w.call("turn/start", { thread_id, input: "x" })).rejects.toMatchObject({
      code: "thread_busy",
    });
    await w.call("turn/cancel", { turn_id });
    const waiting = await w.settled(task_id);
    expect(waiting).toMatchObject({
      status: "waiting",
      block_reason: { code: "interrupted", needs: "person" },
    });
    expect(waiting.changes?.files).toBe(1);
    expect((await w.call("thread/list", { task_id })).data).toMatchObject([
      { id: thread_id, task_id, role: "implementer", status: "idle" },
    ]);
    await w.call("task/cancel", { task_id });
    await expect(w.call("thread/delete", { thread_id })).rejects.toMatchObject({ code: "thread_of_task" });
    await expect(
      w.call("turn/start", { thread_id, input: "more", when_busy: "queue" }),
    ).rejects.toMatchObject({ code: "thread_of_task" });
  });

  it("take words for the implementer's next turn, and can be forked to talk on [req:thread.of-task]", async () => {
    const wordy = implementer(`
      const words = prompt.trim().split("\\n").at(-1);
      const [, file, text] = /^write (\\S+) (.*)$/.exec(words) ?? [];
      if (file) { write(file, text + "\\n"); say("wrote " + file); }
      else {
        write("sum.js", "module.exports = (a, b) => a + b;\\n");
        say("begun");
        const wait = setInterval(() => { if (fs.existsSync("go")) { fs.rmSync("go"); clearInterval(wait); } }, 20);
      }`);
    await using w = await world({ agents: { writer: wordy, critic: approves } });
    const task_id = await w.submit({ prompt: "Make sum add" });
    const { thread_id } = await begun(w, task_id);
    const said = await w.call("turn/start", { thread_id, input: "write b.txt too", when_busy: "queue" });
    expect(said.outcome).toBe("queued");
    const opened = await w.event((one) => one.type === "workspace.opened" && one.task_id === task_id);
    if (opened.type !== "workspace.opened") throw new Error("not opened");
    const { writeFileSync } = await import("node:fs");
    writeFileSync(`${opened.data.path}/go`, "");
    const task = await w.settled(task_id);
    expect(task.status).toBe("done");
    const diff = await w.call("task/diff", { task_id });
    expect(diff.patch).toContain("b.txt");
    const turns = (await w.call("thread/get", { thread_id })).turn_history;
    expect(turns.map(({ status }) => status)).toEqual(["completed", "completed"]);
    expect((await w.call("input/list", { thread_id })).data).toEqual([]);
    const fork = await w.call("thread/fork", { thread_id });
    expect(fork.thread).toMatchObject({
      task_id: null,
      role: "chat",
      agent: "writer",
      head_sha: task.head_sha,
    });
    const { turn_id } = await w.call("turn/start", { thread_id: fork.thread_id, input: "write c.txt later" });
    await w.event((one) => one.type === "turn.ended" && one.turn_id === turn_id);
    const mine = await w.call("thread/diff", { thread_id: fork.thread_id });
    expect(mine.patch).toContain("b.txt");
    expect(mine.patch).toContain("c.txt");
  });
});
