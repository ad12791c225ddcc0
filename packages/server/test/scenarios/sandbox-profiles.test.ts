import { existsSync } from "node:fs";
import { isHarnessError } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { implementer, type World, world } from "./world.ts";

/** An agent that says what it can do: write its workspace, write beside it, reach an address. */
const tries = (outside: string) =>
  implementer(`
    const attempt = (name, job) => { try { job(); say("could " + name); } catch (error) { say("could not " + name); } };
    attempt("write", () => write("sum.js", "module.exports = (a, b) => a + b;\\n"));
    attempt("leave", () => write(${JSON.stringify(outside)}, "x"));
  `);

const said = async (w: World, task_id: string) =>
  (await w.call("task/artifacts", { task_id })).find((one) => one.artifact_type === "implementer_message")
    ?.content;

async function refusal(job: Promise<unknown>) {
  const error = await job.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return isHarnessError(error) ? { code: error.code, message: error.message } : undefined;
}

describe("the profile of a task", () => {
  it("is what task, project or server say, under any of its names, and on every record [req:sandbox.modes]", async () => {
    await using w = await world({
      agents: { writer: tries("/usr/harness-x") },
      project: { sandbox: "read-only" },
      config: '[sandbox]\nprofile = "networked_workspace"\n[agents.review]\nenabled = false',
    });
    const own = await w.run({ sandbox: "workspace" });
    expect(own).toMatchObject({ status: "done", sandbox: { profile: "workspace-write" } });
    expect(own.attempt_history[0]?.sandbox).toEqual(own.sandbox);
    const [opened] = await w.events(own.id, "workspace.opened");
    expect(opened?.data).toMatchObject({ sandbox: own.sandbox });
    expect(await said(w, own.id)).toBe("could write\ncould not leave");

    const project = await w.run();
    expect(project).toMatchObject({ status: "no_change", sandbox: { profile: "read-only" } });
    expect(await said(w, project.id)).toBe("could not write\ncould not leave");

    await w.call("project/update", { project: "app", sandbox: null });
    const server = await w.run();
    expect(server.sandbox).toMatchObject({ profile: "networked_workspace", network: "full" });
  });

  it("is never more than the operator allows, whoever asks; what was asked is recorded [req:sandbox.max-profile]", async () => {
    await using w = await world({ config: '[sandbox]\nmax_profile = "workspace-write"' });
    const asks = [
      w.call("task/create", { prompt: "x", sandbox: "disabled" }),
      w.call("task/create", { prompt: "x", sandbox: "networked_workspace" }),
      w.call("thread/start", { sandbox: "danger-full-access" }),
      w.call("project/update", { project: "app", sandbox: "danger-full-access" }),
    ];
    for (const ask of asks)
      expect(await refusal(ask)).toMatchObject({
        code: "sandbox_not_allowed",
        message: expect.stringContaining("sandbox.max_profile"),
      });
    const ways = { sandbox_mode: "off", skip_permissions: true, env: { A: "b" }, cli_path: "/bin/sh" };
    for (const [name, value] of Object.entries(ways))
      expect(await refusal(w.call("task/create", { prompt: "x", [name]: value } as never))).toMatchObject({
        code: "invalid_params",
      });
    for (const asked of ["danger-full-access", "networked_workspace", ...Object.keys(ways)]) {
      const event = await w.event((one) => one.type === "sandbox.refused" && one.data["asked"] === asked);
      expect(event).toMatchObject({ actor: "operator", data: { most: "workspace-write" } });
    }
  });

  it("runs unconfined only where the operator allows it, and says so on the record [req:sandbox.full-access]", async () => {
    const outside = `/tmp/harness-full-access-${crypto.randomUUID()}`;
    await using w = await world({
      agents: { writer: tries(outside) },
      config: '[sandbox]\nmax_profile = "danger-full-access"\n[agents.review]\nenabled = false',
    });
    const task = await w.run({ sandbox: "danger-full-access" });
    expect(task.sandbox).toEqual({ driver: "none", profile: "danger-full-access", network: "full" });
    expect(await said(w, task.id)).toContain("could leave");
    expect(existsSync(outside)).toBe(true);
    expect(task.evidence_history[0]?.sandbox, "what proves the work stays confined").not.toBe("none");
  });
});

describe("what a task needs", () => {
  it("it gets, or it waits with the reason and the fix, and nothing has run [req:sandbox.declared-profile, sandbox.declared]", async () => {
    await using w = await world({ config: '[sandbox]\ndriver = "none"' });
    for (const ask of [{ sandbox: "workspace-write" }, { sandbox_needs: "fenced" }] as const) {
      const task = await w.run(ask);
      expect(task).toMatchObject({
        status: "waiting",
        turns: [],
        sandbox: null,
        block_reason: { code: "sandbox_unavailable", message: expect.stringMatching(/none/) },
      });
      expect(task.block_reason?.unblock).toContain("harness doctor");
    }
  });

  it("an isolated driver meets, at the profile it asks for", async () => {
    await using w = await world();
    const task = await w.run({ sandbox: "workspace-write", sandbox_needs: "isolated" });
    expect(task).toMatchObject({ status: "done", sandbox: { profile: "workspace-write" } });
  });
});
