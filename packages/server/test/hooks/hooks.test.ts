import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { EventOf } from "@harness/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { program } from "../config-effects/support.ts";
import { world } from "../scenarios/world.ts";
import { testDir } from "../support/test-app.ts";
import { step, type TalkingWorld, talkingWorld } from "../threads/talking-world.ts";

const touch = { run: { argv: ["touch", "made.txt"] } };
const makes = step("make it", [touch], [{ say: "made it" }]);

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** Where the operator keeps the programs of a test. */
function hooksDir(): string {
  const dir = testDir("hooks");
  dirs.push(dir);
  return dir;
}

/** A hook that writes down what it is told, a line of JSON each, and then does what its source says. */
function recorder(dir: string, name: string, then = ""): { readonly argv: string; told(): Told[] } {
  const file = path.join(dir, `${name}.jsonl`);
  const source = `
const told = require("node:fs").readFileSync(0, "utf8");
require("node:fs").appendFileSync(${JSON.stringify(file)}, told + "\\n");
${then}`;
  const argv = JSON.stringify([program(dir, `${name}.cjs`, source)]);
  const told = () =>
    existsSync(file)
      ? readFileSync(file, "utf8")
          .trim()
          .split("\n")
          .map((line): Told => JSON.parse(line) as Told)
      : [];
  return { argv, told };
}
type Told = Readonly<Record<string, unknown>>;

function hook(event: string, argv: string, more = ""): string {
  return `[[hooks]]\nevent = "${event}"\nargv = ${argv}\n${more}\n`;
}

function ran(w: TalkingWorld, event: string): Promise<EventOf<"hook.ran">> {
  return w.event((one) => one.type === "hook.ran" && one.data.event === event) as Promise<
    EventOf<"hook.ran">
  >;
}

async function made(w: TalkingWorld, thread_id: string): Promise<boolean> {
  return (await w.call("thread/diff", { thread_id })).patch.includes("made.txt");
}

describe("a hook before a tool", () => {
  it("sees exactly what is asked, and denies with a reason that the agent is told [req:hooks.decide, policy.hooks]", async () => {
    const dir = hooksDir();
    const pre = recorder(dir, "pre", 'console.error("not on a Friday"); process.exit(2);');
    await using w = await talkingWorld([makes], {
      config: hook("PreToolUse", pre.argv, 'matcher = "run_.*"'),
    });
    const thread_id = await w.start();
    const turn = await w.said(thread_id, "make it");
    expect(turn.status).toBe("completed");
    expect(await made(w, thread_id)).toBe(false);
    expect(pre.told()).toEqual([
      expect.objectContaining({
        hook_event_name: "PreToolUse",
        session_id: thread_id,
        thread_id,
        tool_name: "run_command",
        tool_kind: "run",
        tool_input: expect.objectContaining({ argv: ["touch", "made.txt"] }),
        cwd: expect.stringContaining("/workspaces/"),
      }),
    ]);
    const event = await ran(w, "PreToolUse");
    expect(event).toMatchObject({
      thread_id,
      data: { hook: "PreToolUse-1", tool: "run_command", exit_code: 2 },
    });
    expect(event.data).toMatchObject({ outcome: "denied", detail: "not on a Friday" });
    expect(event.data.duration_ms).toBeGreaterThan(0);
    const decided = await w.event((one) => one.type === "policy.decided");
    expect(decided.data).toMatchObject({
      decision: "deny",
      reason: "hook PreToolUse-1 denies it: not on a Friday",
    });
  });

  it("has a person asked, or spares them a question; strict spares nobody [req:hooks.decide]", async () => {
    const dir = hooksDir();
    const say = (word: string) =>
      `console.log(JSON.stringify({ hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "${word}" } }));`;
    const ask = hook("PreToolUse", recorder(dir, "ask", say("ask")).argv);
    await using asking = await talkingWorld([makes], { config: ask });
    const turn = await asking.say(await asking.start(), "make it");
    const approval = await asking.asked();
    expect(approval.why).toBe("hook PreToolUse-1 wants a person asked");
    await asking.call("approval/respond", { approval_id: approval.id, decision: "allow" });
    expect((await asking.ended(turn)).status).toBe("completed");

    const allow = hook("PreToolUse", recorder(dir, "allow", say("allow")).argv);
    await using allowing = await talkingWorld([makes], { config: allow });
    const listed = await allowing.start({ approvals: { profile: "allow_listed" } });
    expect((await allowing.said(listed, "make it")).status).toBe("completed");
    expect(await made(allowing, listed)).toBe(true);
    const strict = await allowing.start({ approvals: { profile: "strict" } });
    const second = await allowing.say(strict, "make it");
    await allowing.call("approval/respond", { approval_id: (await allowing.asked()).id, decision: "allow" });
    expect((await allowing.ended(second)).status).toBe("completed");
  });

  it.each([
    ["fails", "process.exit(1);", "failed"],
    ["answers rubbish", 'console.log("{nonsense");', "failed"],
    ["never ends", "setInterval(() => {}, 1000);", "timed_out"],
  ])(
    "that %s denies, unless the operator said otherwise [req:hooks.fail-closed]",
    async (_, source, outcome) => {
      const dir = hooksDir();
      const { argv } = recorder(dir, "bad", source);
      for (const on_failure of ["deny", "allow"]) {
        const config = hook("PreToolUse", argv, `timeout_secs = 1\non_failure = "${on_failure}"`);
        await using w = await talkingWorld([makes], { config });
        const thread_id = await w.start();
        expect((await w.said(thread_id, "make it")).status).toBe("completed");
        expect(await made(w, thread_id)).toBe(on_failure === "allow");
        expect((await ran(w, "PreToolUse")).data.outcome).toBe(outcome);
      }
    },
  );

  it("that is not there denies, and says so [req:hooks.fail-closed]", async () => {
    await using w = await talkingWorld([makes], { config: hook("PreToolUse", '["/no/such/program"]') });
    const thread_id = await w.start();
    await w.said(thread_id, "make it");
    expect(await made(w, thread_id)).toBe(false);
    expect((await ran(w, "PreToolUse")).data).toMatchObject({ outcome: "failed", exit_code: null });
  });

  it("answers in a person's place when one would be asked [req:hooks.decide]", async () => {
    const dir = hooksDir();
    const output = { hookEventName: "PermissionRequest", decision: { behavior: "allow" } };
    const source = `console.log(JSON.stringify({ hookSpecificOutput: ${JSON.stringify(output)} }));`;
    const { argv, told } = recorder(dir, "person", source);
    await using w = await talkingWorld([makes], { config: hook("PermissionRequest", argv) });
    const thread_id = await w.start({ approvals: { profile: "strict" } });
    expect((await w.said(thread_id, "make it")).status).toBe("completed");
    expect(await made(w, thread_id)).toBe(true);
    expect(told()).toHaveLength(1);
    expect((await w.call("approval/list", {})).data).toEqual([]);
  });
});

describe("hooks of what has happened", () => {
  it("are told of a turn and its tools, with nothing of the server's environment [req:hooks.events, hooks.environment]", async () => {
    const dir = hooksDir();
    const file = path.join(dir, "environment.json");
    const { argv, told } = recorder(
      dir,
      "all",
      `require("node:fs").writeFileSync(${JSON.stringify(file)}, JSON.stringify({ env: process.env, cwd: process.cwd() }));`,
    );
    const events = [
      "SessionStart",
      "UserPromptSubmit",
      "PostToolUse",
      "PostToolUseFailure",
      "Stop",
      "SessionEnd",
    ];
    const config = events.map((event) => hook(event, argv, 'variables = ["ALSO"]')).join("\n");
    const steps = [step("make it", [touch, { run: { argv: ["false"] } }], [{ say: "made it" }])];
    const env = { CANARY: "leaked", ALSO: "given" };
    await using w = await talkingWorld(steps, { config, env });
    const thread_id = await w.start();
    await w.said(thread_id, "make it");
    await w.call("thread/delete", { thread_id });
    for (const event of events) await ran(w, event);
    const by = new Map(told().map((one) => [one["hook_event_name"], one]));
    expect(by.get("UserPromptSubmit")).toMatchObject({ prompt: expect.stringContaining("make it") });
    expect(by.get("PostToolUse")).toMatchObject({
      tool_name: "run_command",
      tool_response: { exit_code: 0 },
      session_id: thread_id,
    });
    expect(by.get("PostToolUseFailure")).toMatchObject({ tool_name: "run_command", exit_code: 1 });
    expect(by.get("Stop")).toMatchObject({ status: "completed", last_assistant_message: "made it" });
    expect(by.get("SessionEnd")).toMatchObject({ reason: "deleted" });
    const { env: seen, cwd } = JSON.parse(readFileSync(file, "utf8")) as { env: Told; cwd: string };
    expect(seen).not.toHaveProperty("CANARY");
    expect(seen["ALSO"]).toBe("given");
    expect(cwd).toBe(path.join(w.dir, "data"));
  });

  it("are told of a task from queue to end, a few at once, and delay nothing [req:hooks.events, hooks.bounded]", async () => {
    const dir = hooksDir();
    const { argv, told } = recorder(dir, "task", "");
    const hangs = JSON.stringify([program(dir, "hangs.cjs", "setInterval(() => {}, 1000);")]);
    const events = [
      "TaskQueued",
      "WorktreeCreate",
      "WorktreeRemove",
      "ValidationFinished",
      "ReviewFinished",
      "SessionEnd",
    ];
    const config = [
      // One that takes its whole time is waited for by nobody.
      hook("TaskQueued", hangs, "timeout_secs = 600"),
      ...events.map((event) => hook(event, argv)),
    ].join("\n");
    await using w = await world({ config });
    const task = await w.run();
    expect(task.status).toBe("done");
    for (const event of events)
      await w.event(
        (one) => one.type === "hook.ran" && one.data.event === event && one.data.outcome === "passed",
      );
    const by = new Map(told().map((one) => [one["hook_event_name"], one]));
    expect(by.get("ValidationFinished")).toMatchObject({ outcome: "ok", task_id: task.task_id });
    expect(by.get("ReviewFinished")).toMatchObject({ review: { verdict: "approved" } });
    expect(by.get("WorktreeCreate")).toMatchObject({ cwd: expect.stringContaining("/workspaces/") });
    expect(by.get("SessionEnd")).toMatchObject({ reason: "done", session_id: task.task_id });
  });

  it("that floods is run a few at a time, and what there is no room for is counted [req:hooks.bounded]", async () => {
    const dir = hooksDir();
    const running = path.join(dir, "running");
    const most = path.join(dir, "most.jsonl");
    // Each run leaves a file while it lives, and writes down how many there are.
    const source = `
const fs = require("node:fs");
fs.mkdirSync(${JSON.stringify(running)}, { recursive: true });
const own = ${JSON.stringify(running)} + "/" + process.pid;
fs.writeFileSync(own, "");
fs.appendFileSync(${JSON.stringify(most)}, fs.readdirSync(${JSON.stringify(running)}).length + "\\n");
setTimeout(() => fs.rmSync(own), 100);`;
    const argv = JSON.stringify([program(dir, "flood.cjs", source)]);
    await using w = await world({
      config: hook("TaskQueued", argv),
      env: { HARNESS_CONCURRENCY_MAX_CONCURRENT_TASKS: "1" },
    });
    for (let at = 0; at < 12; at += 1) await w.submit();
    const ends = new Set<number>();
    await w.event((one) => one.type === "hook.ran" && ends.add(one.seq).size === 12);
    const counts = readFileSync(most, "utf8").trim().split("\n").map(Number);
    expect(counts).toHaveLength(12);
    expect(Math.max(...counts)).toBeLessThanOrEqual(4);
  });

  it("that a repository brings are never run by Harness [req:hooks.operator-only]", async () => {
    const dir = hooksDir();
    const canary = path.join(dir, "pwned");
    const command = `touch ${canary}`;
    const hooks = {
      PreToolUse: [{ hooks: [{ type: "command", command }] }],
      Stop: [{ hooks: [{ type: "command", command }] }],
    };
    const files = {
      ".claude/settings.json": JSON.stringify({ hooks }),
      ".github/hooks/all.json": JSON.stringify({ hooks: { sessionStart: [{ bash: command }] } }),
    };
    await using w = await talkingWorld([makes], { files });
    expect((await w.said(await w.start(), "make it")).status).toBe("completed");
    expect(existsSync(canary)).toBe(false);
    expect(w.app.loaded.config.hooks).toEqual([]);
  });
});
