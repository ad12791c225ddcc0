import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { implementer, sumFiles, world } from "../scenarios/world.ts";
import { testDir } from "../support/test-app.ts";
import { step, type TalkingWorld, talkingWorld } from "../threads/talking-world.ts";

const run = (argv: readonly string[], more: object = {}) => ({
  tool: { name: "run_command", input: { argv: [...argv], ...more } },
});
const does = (...verbs: object[]) => [step("go", ...verbs.map((verb) => [verb as never]), [{ say: "done" }])];

/** What the commands of a conversation's one turn wrote, in order. */
async function outputs(w: TalkingWorld, thread_id: string): Promise<string[]> {
  const items = (await w.items(thread_id)).filter(({ item }) => item.kind === "command");
  return items.map(({ item }) => item.output ?? "");
}

async function decisions(w: TalkingWorld, thread_id: string) {
  const log = await w.app.log.read({ afterSeq: 0, filter: { thread_id, types: ["policy.decided"] } });
  return log.map(({ data }) => data);
}

it("exec_policy.allowed_commands, exec_policy.blocked_commands: who is asked, and what is never run [req:policy.wired]", async () => {
  const config = `
[exec_policy]
approval_profile = "allow_listed"
allowed_commands = ["touch"]
blocked_commands = ["rm"]`;
  const steps = does(run(["touch", "a"]), run(["sh", "-c", "rm a"]), run(["ls"]));
  await using w = await talkingWorld(steps, { config });
  const thread_id = await w.start();
  const turn = await w.say(thread_id, "go");
  const asked = await w.asked();
  expect(asked).toMatchObject({ command: "ls", why: "approval profile allow_listed" });
  await w.call("approval/respond", { approval_id: asked.id, decision: "allow" });
  expect((await w.ended(turn)).status).toBe("completed");
  const [touched, removed, listed] = await outputs(w, thread_id);
  expect(touched).toMatch(/^sandbox: workspace \(.+, network: listed hosts\)\n/);
  expect(removed).toBe("Refused: exec_policy.blocked_commands has rm");
  expect(listed).toContain("\na\n");
  expect(await decisions(w, thread_id)).toMatchObject([
    { action: "touch a", decision: "allow", by: "policy", rule: null },
    { action: "sh -c 'rm a'", decision: "deny", by: "policy" },
    { action: "ls", decision: "allow", by: "answer" },
  ]);
});

it("exec_policy.retry_max_attempts, exec_policy.retry_write_commands, exec_policy.retry_network_commands: what runs again by itself [req:policy.retry-classes]", async () => {
  const config = `
[exec_policy]
retry_max_attempts = 2
retry_write_commands = ["mkdir"]
retry_network_commands = ["nc"]`;
  const safe = { retry_policy: "safe", timeout_ms: 20_000 };
  const steps = does(
    run(["mkdir", "no/such/parent"], safe),
    run(["mkdir", "no/such/parent"]),
    run(["rmdir", "nothing"], safe),
    run(["ls", "nothing"], safe),
    run(["nc", "-w1", "127.0.0.1", "1"], { ...safe, requires_network: false }),
    run(["ping", "-c1", "-W1", "127.0.0.1.invalid"], safe),
  );
  await using w = await talkingWorld(steps, { config });
  const thread_id = await w.start();
  expect((await w.said(thread_id, "go")).status).toBe("completed");
  const again = (await outputs(w, thread_id)).map((text) => /\(run (\d) times\)/.exec(text)?.[1] ?? "1");
  // A listed writer, one that did not say it is safe, a writer of no class, a reader, a listed caller, one of no class.
  expect(again).toEqual(["3", "1", "1", "3", "3", "1"]);
  // Where a person had to be asked, nothing runs again.
  const strict = await w.start({ approvals: { profile: "strict" } });
  const turn = await w.say(strict, "go");
  await w.call("approval/respond", { approval_id: (await w.asked()).id, decision: "allow" });
  const [first] = await w
    .event(
      (one) => one.type === "item.completed" && one.thread_id === strict && one.data.item.kind === "command",
    )
    .then(() => outputs(w, strict));
  expect(first).not.toContain("times");
  await w.call("turn/cancel", { turn_id: turn });
});

it("exec_policy.sandbox.allowed_dirs, exec_policy.sandbox.writable_dirs: what can be read and written, by tools and in the sandbox [req:policy.dirs]", async () => {
  const dir = testDir("dirs");
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const docs = path.join(dir, "docs");
  mkdirSync(docs);
  const config = `
[exec_policy.sandbox]
allowed_dirs = [${JSON.stringify(docs)}]
writable_dirs = ["build"]`;
  const write = (file: string) => ({ write_file: { path: file, content: "x" } });
  const steps = does(
    write("build/a.txt"),
    write("src.txt"),
    run(["sh", "-c", "touch build/b.txt && echo made"]),
    run(["sh", "-c", "touch c.txt && echo made"]),
    run(["ls", docs]),
  );
  await using w = await talkingWorld(steps, { config });
  const thread_id = await w.start();
  expect((await w.said(thread_id, "go")).status).toBe("completed");
  const { patch } = await w.call("thread/diff", { thread_id });
  expect(patch).toContain("build/a.txt");
  expect(patch).toContain("build/b.txt");
  expect(patch).not.toContain("src.txt");
  expect(patch).not.toContain("c.txt");
  const [inside, outside, listed] = await outputs(w, thread_id);
  expect(inside).toContain("made");
  expect(outside).not.toContain("made");
  expect(listed).toContain("exit code 0");
});

it("exec_policy.sandbox.max_execution_time_secs: the longest a command of our own tools runs", async () => {
  const config = "[exec_policy.sandbox]\nmax_execution_time_secs = 1";
  await using w = await talkingWorld(does(run(["sleep", "600"])), { config });
  const thread_id = await w.start();
  expect((await w.said(thread_id, "go")).status).toBe("completed");
  expect((await outputs(w, thread_id))[0]).toContain("timeout_total");
});

it("policy.protected_changes, policy.protected_paths: what a person is asked about before it is published [req:gate.config]", async () => {
  const workflow =
    'fs.mkdirSync(".github/workflows", { recursive: true }); write(".github/workflows/ci.yml", "on: push\\n");';
  const sum = 'write("sum.js", "module.exports = (a, b) => a + b;\\n");';
  const agents = { writer: implementer(`${sum} ${workflow} write("notes.md", "x"); say("done");`) };
  const review = { enabled: false };
  {
    await using w = await world({ agents, project: { review }, config: "[policy]\nprotected_changes = []" });
    expect((await w.run()).status).toBe("done");
  }
  const config = '[policy]\nprotected_changes = ["tests"]\nprotected_paths = ["notes.md"]';
  await using w = await world({
    agents,
    project: { review, protected_paths: ["sum.*"] },
    config,
    files: sumFiles,
  });
  expect((await w.run()).block_reason?.code).toBe("approval");
  const [asked] = (await w.call("approval/list", {})).data;
  expect(asked?.paths).toEqual(["notes.md", "sum.js"]);
});
