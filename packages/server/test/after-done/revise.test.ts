import { describe, expect, it } from "vitest";
import { approves, implementer, reviewer, world } from "../scenarios/world.ts";
import { userGit } from "../support/git-fixture.ts";
import { fingerprint, finished, refs, refusal, userCommit } from "./support.ts";

/** Writes the right sum, and appends a line for every revision it is told. */
const obeys = implementer(`
const asked = [...prompt.matchAll(/name="revision (\\d+)">\\n(.*)\\n/g)].map((found) => found[2]);
const fresh = /The last revision above is new/.test(prompt);
write("sum.js", "module.exports = (a, b) => a + b;\\n");
if (fresh) fs.appendFileSync("notes.txt", asked.at(-1) + "\\n");
say("done");`);

const headOf = (root: string, name: string) => userGit(root, "rev-parse", name);

describe("revising work", () => {
  it("goes on from the work, proves and reviews it anew, and moves its branch forward [req:revise.round, revise.publish, revise.prompt]", async () => {
    const sees = reviewer(
      `answer(/revision/.test(prompt) && !/name it/.test(prompt) ? "changes_requested" : "approved");`,
    );
    await using w = await world({ agents: { writer: obeys, critic: sees } });
    const first = await finished(w);
    const before = fingerprint(w.root);
    const asked = await w.call("task/revise", { task_id: first.id, prompt: "name it total" });
    expect(asked).toEqual({ task_id: first.id, status: "queued", revision: 1 });
    const task = await w.settled(first.id);
    expect(task).toMatchObject({
      status: "done",
      branch: first.branch,
      base_sha: first.base_sha,
      revisions: 1,
      attempts: 2,
      evidence: { state: "passed", commit: task.head_sha },
      review: { state: "approved", commit: task.head_sha },
    });
    expect(task.head_sha).not.toBe(first.head_sha);
    expect(task.grade).not.toBeNull();
    expect(userGit(w.root, "rev-parse", `${task.head_sha}~1`)).toBe(first.head_sha);
    expect(headOf(w.root, first.branch)).toBe(task.head_sha);
    expect(userGit(w.root, "show", `${first.branch}:notes.txt`)).toBe("name it total");
    expect(task.turns.length).toBeGreaterThan(first.turns.length);
    expect(fingerprint(w.root)).toBe(before);
    expect(await w.events(first.id, "task.revised")).toMatchObject([
      { data: { number: 1, text: "name it total" } },
    ]);
    const prompts = await w.call("task/prompts", { task_id: first.id });
    expect(prompts.filter((one) => one.phase === "review").at(-1)?.prompt).toContain("name it total");

    await w.call("task/revise", { task_id: first.id, prompt: "and once more" });
    const again = await w.settled(first.id);
    expect(again).toMatchObject({ status: "done", revisions: 2, branch: first.branch });
    expect(userGit(w.root, "show", `${first.branch}:notes.txt`)).toBe("name it total\nand once more");
  });

  it("shows nothing of the old commit as true of what comes next [req:revise.round, revise.caps]", async () => {
    await using w = await world({ project: { validation: [] }, agents: { writer: obeys, critic: approves } });
    const waiting = await w.run();
    await w.call("task/accept", { task_id: waiting.id });
    const done = await w.settled(waiting.id);
    await w.call("task/accept", { task_id: waiting.id, into: "main" });
    expect(done.accepted).toEqual(["no_validation"]);
    await w.call("task/revise", { task_id: waiting.id, prompt: "more", max_turns: 50, max_wall_secs: 7200 });
    expect(await w.settled(waiting.id)).toMatchObject({
      status: "waiting",
      block_reason: { code: "no_validation" },
      accepted: [],
      grade: null,
      landed: null,
      review: { state: "none", commit: null },
      limits: { max_turns: 50, max_wall_secs: 7200 },
    });
    expect(await w.events(waiting.id, "task.landed")).toHaveLength(1);
    await w.call("task/accept", { task_id: waiting.id });
    const newer = await w.settled(waiting.id);
    const landed = await w.call("task/accept", { task_id: waiting.id, into: "main" });
    expect(landed.landed).toMatchObject({ commit: newer.head_sha, how: "fast_forward" });
    expect(await w.events(waiting.id, "task.landed")).toHaveLength(2);
  });

  it("publishes under a new name when somebody moved the branch or has it checked out [req:revise.publish]", async () => {
    await using w = await world({ agents: { writer: obeys, critic: approves } });
    const first = await finished(w);
    userGit(w.root, "checkout", "-q", first.branch);
    await w.call("task/revise", { task_id: first.id, prompt: "one" });
    const second = await w.settled(first.id);
    expect(second).toMatchObject({ status: "done", branch: `${first.branch}-2` });
    expect(headOf(w.root, first.branch)).toBe(first.head_sha);
    const theirs = userCommit(w.root, "x.txt", "x\n");
    userGit(w.root, "checkout", "-q", "main");
    userGit(w.root, "update-ref", `refs/heads/${second.branch}`, theirs);
    await w.call("task/revise", { task_id: first.id, prompt: "two" });
    const third = await w.settled(first.id);
    expect(third).toMatchObject({ status: "done", branch: `${first.branch}-3` });
    expect(headOf(w.root, first.branch)).toBe(theirs);
    expect(headOf(w.root, `${first.branch}-2`)).toBe(theirs);
  });

  it("revises failed, cancelled and unchanged work too, and keeps totals [req:revise.lifecycle]", async () => {
    const stubborn = implementer(
      `if (/revision/.test(prompt)) { write("sum.js", "module.exports = (a, b) => a + b;\\n"); } say("so");`,
    );
    await using w = await world({ agents: { writer: stubborn, critic: approves } });
    const idle = await w.run();
    expect(idle.status).toBe("no_change");
    await w.call("task/revise", { task_id: idle.id, prompt: "really" });
    const done = await w.settled(idle.id);
    expect(done).toMatchObject({ status: "done", attempts: 2 });
    expect(done.turns.length).toBe(idle.turns.length + 2);
  });

  it("refuses while it runs, and what depends on other work [req:revise.lifecycle]", async () => {
    await using w = await world({ start: false });
    const queued = await w.submit();
    expect(await refusal(w.call("task/revise", { task_id: queued, prompt: "x" }))).toMatchObject({
      code: "illegal_transition",
    });
    const later = await w.submit({ depends_on: [queued] });
    const refused = await refusal(w.call("task/revise", { task_id: later, prompt: "x" }));
    expect(refused.message).toContain("it has not begun");
  });

  it("a turn that ended well hears it once; one that did nothing is tried again [req:revise.once]", async () => {
    const marks = `
const told = /The last revision above is new/.test(prompt);
const n = Number(fs.readFileSync("count.txt", { encoding: "utf8", flag: "a+" }) || 0);
if (!told) write("sum.js", "module.exports = (a, b) => a - b; // round " + round + "\\n");
if (told || round > 1) { write("sum.js", "module.exports = (a, b) => " + (round > 1 || !/revision/.test(prompt) ? "a + b" : "a * b") + ";\\n"); }
if (told) write("count.txt", String(n + 1));
say("ok");`;
    await using w = await world({ agents: { writer: implementer(marks), critic: approves } });
    const first = await finished(w);
    await w.call("task/revise", { task_id: first.id, prompt: "break it, then mend it" });
    const task = await w.settled(first.id);
    expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
    // The revision's first round failed validation; the second heard the failure, and the revision as part of the task.
    expect(userGit(w.root, "show", `${task.branch}:count.txt`)).toBe("1");
    const prompts = await w.call("task/prompts", { task_id: first.id });
    const last = prompts.filter((one) => one.phase === "implement").at(-1);
    expect(last?.prompt).toContain("break it, then mend it");
    expect(last?.prompt).toContain("Validation: failed");
  });

  it("lets what would have started from it wait [req:revise.dependents]", async () => {
    await using w = await world({ agents: { writer: obeys, critic: approves }, start: false });
    const first = await w.submit();
    const second = await w.submit({ depends_on: [first] });
    const other = await w.submit();
    const third = await w.submit({ depends_on: [first, other] });
    const set = (id: string, status: string) =>
      w.app.log.write((tx) => tx.db.updateTable("tasks").set({ status }).where("id", "=", id).execute());
    await set(first, "done");
    await set(second, "queued");
    await w.call("task/revise", { task_id: first, prompt: "x" });
    expect(await w.call("task/get", { task_id: second })).toMatchObject({
      status: "waiting",
      block_reason: { code: "dependency" },
    });
    expect(await w.call("task/get", { task_id: third })).toMatchObject({ status: "waiting" });
  });
});

describe("discarding work", () => {
  it("deletes the branch, lets go of the snapshots and ends every way back [req:discard.gone, discard.refused]", async () => {
    await using w = await world();
    const task = await finished(w);
    const before = fingerprint(w.root);
    const gone = await w.call("task/discard", { task_id: task.id });
    expect(gone).toMatchObject({
      status: "done",
      branches: [{ branch: task.branch, deleted: true, why: null }],
    });
    expect(refs(w.root)).not.toContain("harness/");
    expect(fingerprint(w.root)).toBe(before);
    const mirror = w.path("data", "mirrors", `${task.project_id}.git`);
    expect(userGit(mirror, "--git-dir=.", "for-each-ref", `refs/harness/${task.id}`)).toBe("");
    expect(await w.call("task/get", { task_id: task.id })).toMatchObject({ discarded_at: gone.discarded_at });
    expect(await w.events(task.id, "task.discarded")).toMatchObject([
      { data: { branch: task.branch, commit: task.head_sha } },
    ]);
    const task_id = task.id;
    for (const call of [
      () => w.call("task/revise", { task_id, prompt: "x" }),
      () => w.call("task/accept", { task_id, into: "main" }),
      () => w.call("task/checkout", { task_id }),
      () => w.call("task/diff", { task_id }),
    ])
      expect(await refusal(call())).toMatchObject({ code: "task_discarded" });
    expect(await w.call("task/discard", { task_id })).toEqual(gone);
    expect(await w.events(task_id, "task.discarded")).toHaveLength(1);
  });

  it("keeps a branch that moved or is checked out, and takes it later; what landed stays [req:discard.kept]", async () => {
    await using w = await world();
    const task = await finished(w);
    await w.call("task/accept", { task_id: task.id, into: "main" });
    const task_id = task.id;
    userGit(w.root, "checkout", "-q", task.branch);
    const held = await w.call("task/discard", { task_id });
    expect(held.branches).toMatchObject([{ deleted: false, why: `It is checked out in ${w.root}.` }]);
    userCommit(w.root, "mine.txt", "mine\n");
    userGit(w.root, "checkout", "-q", "main");
    const moved = await w.call("task/discard", { task_id });
    expect(moved.branches[0]?.why).toContain("It has moved to");
    userGit(w.root, "update-ref", `refs/heads/${task.branch}`, task.head_sha);
    expect((await w.call("task/discard", { task_id })).branches).toMatchObject([{ deleted: true }]);
    expect(headOf(w.root, "main")).toBe(task.head_sha);
    expect((await w.call("task/get", { task_id })).landed).toMatchObject({ branch: "main" });
  });

  it("stops what runs, and refuses while other work builds on it [req:discard.gone, discard.refused]", async () => {
    const slow = implementer(`write("half.txt", "half\\n"); say("begun"); setTimeout(() => {}, 600000);`);
    await using w = await world({ agents: { writer: slow, critic: approves } });
    const id = await w.submit();
    const dependent = await w.submit({ depends_on: [id] });
    await w.event((event) => event.type === "turn.started" && event.task_id === id);
    const refused = await refusal(w.call("task/discard", { task_id: id }));
    expect(refused.message).toContain(dependent);
    await w.call("task/cancel", { task_id: dependent });
    expect(await w.call("task/discard", { task_id: id })).toMatchObject({ status: "cancelled" });
    const task = await w.settled(id);
    expect(task.attempt_history.at(-1)?.status).toBe("cancelled");
    const mirror = w.path("data", "mirrors", `${task.project_id}.git`);
    expect(userGit(mirror, "--git-dir=.", "for-each-ref", `refs/harness/${id}`)).toBe("");
    expect(await refusal(w.call("task/retry", { task_id: id }))).toMatchObject({ code: "task_discarded" });
  });
});
