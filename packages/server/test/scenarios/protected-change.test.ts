import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Approval } from "@harness/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import { userGit as git } from "../support/git-fixture.ts";
import { testDir } from "../support/test-app.ts";
import { approves, implementer, sumFiles, type World, world } from "./world.ts";

const WORKFLOW = ".github/workflows/ci.yml";
const sum = `write("sum.js", "module.exports = (a, b) => a + b;\\n");`;
const workflow = (text: string) =>
  `fs.mkdirSync(".github/workflows", { recursive: true }); write("${WORKFLOW}", ${JSON.stringify(text)});`;
const writer = (body: string) => ({ writer: implementer(`${sum} ${body} say("done");`), critic: approves });

async function pending(w: World): Promise<Approval> {
  const { data } = await w.call("approval/list", {});
  expect(data).toHaveLength(1);
  return data[0]!;
}

/** Answers the question and waits until the task ends or waits again. */
async function answered(w: World, task_id: string, answer: { decision: "allow" | "deny"; reason?: string }) {
  await w.call("approval/respond", { approval_id: (await pending(w)).id, ...answer });
  return w.settled(task_id);
}

describe("finished work that changes what later work is judged by", () => {
  it("waits for a person though it is proven and reviewed, and is published with their leave [req:gate.asks, gate.missing-files]", async () => {
    await using w = await world({ agents: writer(workflow("on: push\n")) });
    const waits = await w.run();
    expect(waits.status).toBe("waiting");
    expect(waits.evidence.state).toBe("passed");
    expect(waits.block_reason).toMatchObject({ code: "approval", needs: "person" });
    expect(waits.block_reason?.message).toContain(WORKFLOW);
    const approval = await pending(w);
    expect(waits.block_reason?.unblock).toContain(`harness approval respond ${approval.id} --allow`);
    expect(waits.block_reason?.unblock).toContain(
      `harness approval respond ${approval.id} --deny --reason "why"`,
    );
    expect(approval).toMatchObject({
      kind: "protected_change",
      paths: [WORKFLOW],
      on_expiry: "wait",
      expires_at: null,
      why: `${WORKFLOW}: it runs with the rights of the project's CI`,
    });
    expect(approval.input).toMatchObject({ patch: expect.stringContaining("+on: push") });
    expect(git(w.root, "branch", "--list", "harness/*")).toBe("");
    const always = { approval_id: approval.id, decision: "allow", scope: "always" } as const;
    await expect(w.call("approval/respond", always)).rejects.toMatchObject({ code: "invalid_params" });
    const done = await answered(w, waits.task_id, { decision: "allow" });
    expect(done.status).toBe("done");
    expect(git(w.root, "show", `${done.branch}:${WORKFLOW}`)).toContain("on: push");
    // Nothing was done twice for it.
    expect(await w.events(waits.task_id, "review.completed")).toHaveLength(1);
    expect(await w.events(waits.task_id, "turn.started")).toHaveLength(2);
  });

  it("goes back to the agent with a person's no, and needs no leave once it is taken back [req:gate.denied]", async () => {
    const obeys = `
if (prompt.includes("not while the release is frozen")) fs.rmSync("${WORKFLOW}");
else { ${workflow("on: push\n")} }`;
    await using w = await world({ agents: writer(obeys) });
    const waits = await w.run();
    const done = await answered(w, waits.task_id, {
      decision: "deny",
      reason: "not while the release is frozen",
    });
    expect(done.status).toBe("done");
    expect(git(w.root, "ls-tree", "-r", "--name-only", done.branch ?? "")).not.toContain(WORKFLOW);
    expect((await w.call("approval/list", {})).data).toEqual([]);
  });

  it("asks again when an agent insists, and a task that is given up asks nothing [req:gate.denied]", async () => {
    await using w = await world({ agents: writer(workflow("on: push\n")) });
    const waits = await w.run();
    const first = await pending(w);
    const again = await answered(w, waits.task_id, { decision: "deny", reason: "no" });
    expect(again.status).toBe("waiting");
    expect((await pending(w)).id).not.toBe(first.id);
    await w.call("task/cancel", { task_id: waits.task_id });
    await w.event((event) => event.type === "approval.decided" && event.data.status === "withdrawn");
  });

  it("is asked about again when its bytes change, and not when others do [req:approval.by-content, gate.by-content]", async () => {
    const body = `
if (prompt.includes("also on pull requests")) { ${workflow("on: [push, pull_request]\n")} }
else { ${workflow("on: push\n")} }
if (prompt.includes("a changelog")) write("CHANGELOG.md", "sum adds\\n");`;
    await using w = await world({ agents: writer(body) });
    const { task_id } = await w.run();
    const first = await pending(w);
    expect((await answered(w, task_id, { decision: "allow" })).status).toBe("done");
    await w.call("task/revise", { task_id, prompt: "Write a changelog" });
    expect((await w.settled(task_id)).status).toBe("done");
    await w.call("task/revise", { task_id, prompt: "Run it also on pull requests" });
    const waits = await w.settled(task_id);
    expect(waits.block_reason).toMatchObject({ code: "approval" });
    const second = await pending(w);
    expect(second.action_hash).not.toBe(first.action_hash);
    expect((await answered(w, task_id, { decision: "allow" })).status).toBe("done");
  });

  it("is asked about when a test is weakened or deleted, and not when one is added [req:gate.asks]", async () => {
    const files = {
      ...sumFiles,
      "sum.test.js": "test('adds', () => expect(1).toBe(1));\n",
      "old.test.js": "test('x', y);\n",
    };
    const weakens = `write("sum.test.js", "test.skip('adds', () => expect(1).toBe(1));\\n"); fs.rmSync("old.test.js"); write("new.test.js", "test('new', y);\\n");`;
    await using w = await world({ agents: writer(weakens), files });
    const waits = await w.run();
    expect((await pending(w)).paths).toEqual(["old.test.js", "sum.test.js"]);
    expect(waits.block_reason?.message).toContain("old.test.js, sum.test.js");
  });

  it("is asked about or refused as the operator's rules say, however often an agent insists [req:gate.rules]", async () => {
    const dir = testDir("gate-rules");
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const file = path.join(dir, "operator.rules");
    writeFileSync(
      file,
      'protected_rule(paths = ["notes.md"], justification = "read by customers")\nprotected_rule(paths = ["sum.js"], decision = "forbidden", justification = "frozen")',
    );
    const config = `[rules]\nexec_policy_paths = [${JSON.stringify(file)}]`;
    const env = { HARNESS_LIMITS_VALIDATION_RETRIES: "0" };
    await using w = await world({ agents: writer(""), config, env });
    const failed = await w.run();
    expect(failed).toMatchObject({ status: "failed", error: { code: "change_forbidden" } });
    expect(failed.error?.message).toContain("frozen");
    const notes = implementer(`write("notes.md", "x"); say("done");`);
    const files = { ...sumFiles, "sum.js": "module.exports = (a, b) => a + b;\n" };
    await using other = await world({ agents: { writer: notes, critic: approves }, config, files });
    expect((await other.run()).block_reason?.code).toBe("approval");
    expect((await pending(other)).why).toContain("read by customers");
  });

  it("asks nobody about what the operator's rules took the protection off [req:gate.freed]", async () => {
    const dir = testDir("gate-freed");
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const file = path.join(dir, "operator.rules");
    writeFileSync(file, `protected_rule(paths = ["${WORKFLOW}"], decision = "allow")`);
    const config = `[rules]\nexec_policy_paths = [${JSON.stringify(file)}]`;
    await using w = await world({ agents: writer(workflow("on: push\n")), config });
    const task = await w.run();
    expect(task.status, JSON.stringify(task.block_reason)).toBe("done");
    expect(git(w.root, "show", `${task.branch}:${WORKFLOW}`)).toContain("on: push");
    expect((await w.call("approval/list", {})).data).toEqual([]);
  });
});
