import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AgentAction, CodexAgent, type LiveTurn, type ScriptedModel } from "../../src/agents/index.ts";
import { type ContractSubject, completed, run } from "../../src/agents/testing/contract-turn.ts";
import type { ScenarioInput } from "../../src/agents/testing/scenario.ts";
import { startScriptedModel } from "../../src/agents/testing/scripted-model.ts";
import { sandboxKeys } from "../../src/config/sandbox-keys.ts";
import { logIn, openWorld, vendorPrograms, type World } from "./world.ts";

const programs = vendorPrograms();

/** What is in a workspace besides the empty places the sandbox holds while a turn runs. */
const held: readonly string[] = sandboxKeys["sandbox.protected_paths"].default;
const written = async (workspace: string) =>
  (await readdir(workspace)).filter((name) => !held.includes(name));

const patch = "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: notes.txt\n+one\n*** End Patch\nEOF";
const question = {
  id: "colour",
  header: "Colour",
  question: "Which colour?",
  options: [
    { label: "red", description: "as fire" },
    { label: "blue", description: "as the sea" },
  ],
};

const step = (prompt: string, ...answers: ScenarioInput["steps"][number]["answers"]) => ({
  name: prompt,
  match: { prompt: `^${prompt}$` },
  answers,
});

const scenario: ScenarioInput = {
  name: "codex-live",
  steps: [
    step("write a file", [{ write_file: { path: "hello.txt", content: "hello\n" } }], [{ say: "done" }]),
    step("patch a file", [{ run: { cmd: patch } }], [{ say: "patched" }]),
    step(
      "ask me",
      [{ tool: { name: "request_user_input", input: { questions: [question] } } }],
      [{ say: "asked" }],
    ),
    step("speak up", [{ run: { cmd: "sleep 0.3; printf one; sleep 0.3; printf two" } }], [{ say: "spoke" }]),
    step("wait for me", [{ run: { cmd: "until test -e go; do sleep 0.02; done" } }], [{ say: "unsteered" }]),
    step("use the word marigold", [{ say: "marigold" }]),
    ...[1, 2, 3, 4].map((turn) => ({
      name: `turn ${turn}`,
      match: { prompt: "^which turn$", turn },
      answers: [[{ say: `turn ${turn}` }]],
    })),
  ],
};

describe.skipIf(programs === undefined)("a running turn of the real Codex", () => {
  let world: World;
  let model: ScriptedModel;
  let subject: ContractSubject;
  const inMode = (mode: "app-server" | "exec"): ContractSubject => ({
    ...world,
    agent: new CodexAgent({
      runner: world.runner,
      clock: systemClock,
      random: () => 0,
      mode,
      executable: programs?.codex ?? "",
      home: path.join(world.root, "operator"),
      state_dir: path.join(world.root, "state"),
      host_env: world.host_env,
      default_model: model.model,
    }),
    modelInput: () => "",
    can: {
      resume: true,
      report_silence: true,
      report_usage: true,
      ask: true,
      schema: true,
      process: true,
    },
  });
  beforeAll(async () => {
    world = await openWorld();
    model = await startScriptedModel({ scenario });
    const home = path.join(world.root, "operator");
    await mkdir(home);
    logIn(home, model.url, { retries: false });
    subject = inMode("app-server");
  });
  afterAll(async () => {
    await model.close();
    await world[Symbol.asyncDispose]();
  });

  it("asks before a command, and hears why it was declined [req:agent.codex-app-server]", async () => {
    const asked: AgentAction[] = [];
    const { events, outcome, workspace } = await run(subject, "write a file", {
      approve: async (action) => {
        asked.push(action);
        return { decision: "deny", reason: "not on a Sunday" };
      },
    });
    expect(completed(outcome).final_text).toBe("done");
    expect(asked).toMatchObject([
      { kind: "run", tool: "exec_command", command: expect.stringContaining("hello.txt") },
    ]);
    expect(await written(workspace)).toEqual([]);
    expect(events).toContainEqual({
      type: "item",
      phase: "completed",
      item: expect.objectContaining({ kind: "approval", decision: "deny", reason: "not on a Sunday" }),
    });
    expect(events).toContainEqual({
      type: "item",
      phase: "completed",
      item: expect.objectContaining({ kind: "command", failed: true }),
    });
    expect(model.requests.at(-1)?.body).toContain("not on a Sunday");
  });

  it("asks before it changes files, showing which and how [req:codex.approvals]", async () => {
    const asked: AgentAction[] = [];
    const approve = async (action: AgentAction) => {
      asked.push(action);
      return { decision: "allow", reason: "test" } as const;
    };
    const { outcome, workspace } = await run(subject, "patch a file", { approve });
    completed(outcome);
    expect(asked).toMatchObject([{ kind: "write", tool: "apply_patch", paths: ["notes.txt"] }]);
    expect(asked[0]?.input).toMatchObject({ changes: [{ path: "notes.txt", kind: "add", diff: "one\n" }] });
    expect(await readFile(path.join(workspace, "notes.txt"), "utf8")).toBe("one\n");
  });

  it("changes no file in a turn that may only read, and nobody is asked [req:codex.approvals]", async () => {
    const { asked, outcome, workspace } = await run(subject, "patch a file", { access: "read-only" });
    completed(outcome);
    expect(asked).toEqual([]);
    expect(await written(workspace)).toEqual([]);
  });

  it("asks a person what it wants to know, when there is one [req:codex.questions]", async () => {
    const ask = async () => ({ colour: "blue", other: "ignored" });
    const { events, outcome } = await run(subject, "ask me", { ask });
    expect(completed(outcome).final_text).toBe("asked");
    expect(model.requests.at(-1)?.body).toContain("blue");
    expect(events.filter(({ type }) => type === "warning")).toEqual([
      { type: "warning", message: expect.stringContaining("metadata") },
    ]);
    await run(subject, "ask me");
    expect(model.requests.at(-1)?.body).toContain("unavailable");
  });

  it("tells a command's output while it runs, and whole at its end [req:codex.items]", async () => {
    const { events } = await run(subject, "speak up");
    const items = events.flatMap((event) => (event.type === "item" ? [event] : []));
    const done = items.find(({ phase, item }) => phase === "completed" && item.kind === "command");
    expect(done?.item).toMatchObject({ output: "onetwo", exit_code: 0 });
    const told = events.flatMap((event) => (event.type === "output_delta" ? [event] : []));
    expect(told.map(({ text }) => text).join("")).toBe("onetwo");
    expect(told.every(({ item_id }) => item_id === done?.item.id)).toBe(true);
  });

  it("is steered: its next model call has the words [req:codex.steer]", async () => {
    let live: LiveTurn | undefined;
    let steered: Promise<void> | undefined;
    const workspace = await world.workspace();
    const { outcome } = await run(subject, "wait for me", {
      workspace,
      attach: (given) => {
        live = given;
      },
      onEvent: (event) => {
        if (event.type !== "item" || event.item.kind !== "command" || event.phase !== "started") return;
        steered = live?.steer("use the word marigold").then(() => writeFile(path.join(workspace, "go"), ""));
      },
    });
    await steered;
    expect(completed(outcome).final_text).toBe("marigold");
    expect(model.requests.at(-1)?.prompt).toBe("use the word marigold");
    await expect(live?.steer("too late")).rejects.toThrow("over");
  });

  it("takes words given before it has begun [req:codex.steer]", async () => {
    const workspace = await world.workspace();
    let given: Promise<void> | undefined;
    const { outcome } = await run(subject, "wait for me", {
      workspace,
      attach: (live) => {
        given = live.steer("use the word marigold").then(() => writeFile(path.join(workspace, "go"), ""));
      },
    });
    await given;
    completed(outcome);
    expect(model.requests.at(-1)?.body).toContain("use the word marigold");
  });

  it("is interrupted while it waits for a person, and leaves no process [req:codex.interrupt]", async () => {
    const stop = new AbortController();
    const { outcome } = await run(subject, "write a file", {
      signal: stop.signal,
      approve: () => {
        stop.abort();
        return new Promise(() => undefined);
      },
    });
    expect(outcome.status).toBe("cancelled");
  });

  it("goes on in either mode from where the other was [req:codex.modes]", async () => {
    const first = await run(inMode("exec"), "which turn");
    const { session_id } = completed(first.outcome);
    const { workspace } = first;
    if (session_id === null) throw new Error("no session");
    const second = await run(subject, "which turn", { session_id, workspace });
    expect(completed(second.outcome)).toMatchObject({ final_text: "turn 2", session_id });
    expect(second.outcome.usage).toMatchObject({ input_tokens: 100, output_tokens: 20 });
    const third = await run(inMode("exec"), "which turn", { session_id, workspace });
    expect(completed(third.outcome)).toMatchObject({ final_text: "turn 3", session_id });
    expect(third.outcome.usage).toMatchObject({ input_tokens: 100, output_tokens: 20 });
  });

  it.each(["app-server", "exec"] as const)(
    "by %s forks into a conversation of its own; the old one stays as it was [req:codex.fork]",
    async (mode) => {
      const one = inMode(mode);
      const first = await run(one, "which turn");
      const { session_id } = completed(first.outcome);
      const { workspace } = first;
      if (session_id === null) throw new Error("no session");
      const forked = await run(one, "which turn", { session_id, workspace, fork: true });
      const branch = completed(forked.outcome);
      expect(branch).toMatchObject({ final_text: "turn 2", usage: { input_tokens: 100 } });
      expect(branch.session_id).not.toBe(session_id);
      const old = await run(one, "which turn", { session_id, workspace });
      expect(completed(old.outcome)).toMatchObject({ final_text: "turn 2", session_id });
      const again = await run(one, "which turn", { session_id: branch.session_id ?? "", workspace });
      expect(completed(again.outcome)).toMatchObject({
        final_text: "turn 3",
        session_id: branch.session_id,
        usage: { input_tokens: 100 },
      });
    },
  );
});
