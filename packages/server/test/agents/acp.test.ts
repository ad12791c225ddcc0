import { link, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AcpAgent, type AgentEvent, type AgentItem } from "../../src/agents/index.ts";
import {
  type ContractSubject,
  type Ran,
  type RanOptions,
  run,
} from "../../src/agents/testing/contract-turn.ts";
import { openWorld, type World } from "./world.ts";

const FAKE = fileURLToPath(new URL("../fixtures/fake-acp-agent.mjs", import.meta.url));

describe("the ACP adapter, with a scripted agent", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const agent = (script: object = {}, settings: object = {}) =>
    new AcpAgent({
      runner: world.runner,
      clock: systemClock,
      name: "fake",
      settings: { argv: [FAKE, JSON.stringify(script)], readable: [path.dirname(FAKE)], ...settings },
      home: path.join(world.root, "operator"),
      state_dir: path.join(world.root, "state"),
      host_env: world.host_env,
    });
  const does = (
    lines: readonly string[],
    options: RanOptions & { readonly by?: AcpAgent } = {},
  ): Promise<Ran> => {
    const { by = agent(), ...rest } = options;
    const can = {
      resume: true,
      report_silence: true,
      report_usage: false,
      ask: true,
      schema: false,
      process: true,
    };
    const subject: ContractSubject = { ...world, agent: by, modelInput: () => "", can };
    return run(subject, lines.join("\n"), rest);
  };
  const asks = (method: string, params: object) => `ask ${JSON.stringify({ method, params })}`;

  it("serves the files of the workspace and no others [req:acp.files]", async () => {
    const workspace = await world.workspace();
    await writeFile(path.join(workspace, "a.txt"), "one\ntwo\nthree\n");
    await writeFile(path.join(world.root, "outside", "secret.txt"), "secret");
    await symlink(path.join(world.root, "outside"), path.join(workspace, "out"));
    const read = (file: string, more = {}) => asks("fs/read_text_file", { path: file, ...more });
    const { events } = await does(
      [
        read(path.join(workspace, "a.txt"), { line: 2, limit: 1 }),
        read(path.join(workspace, "missing.txt")),
        read(path.join(workspace, "out", "secret.txt")),
        read("/etc/passwd"),
        read(path.join(workspace, "..", "outside", "secret.txt")),
      ],
      { workspace },
    );
    const [two, missing, ...refused] = told(events);
    expect(two).toBe('{"content":"two"}');
    expect(missing).toContain("-32002");
    expect(refused).toHaveLength(3);
    for (const answer of refused) expect(answer).toContain("leads out of the workspace");
  });

  it("writes a file with leave, once asked for [req:acp.files]", async () => {
    const workspace = await world.workspace();
    const file = path.join(workspace, "new", "a.txt");
    const shared = path.join(world.root, "outside", "shared.txt");
    await writeFile(shared, "as it was");
    await link(shared, path.join(workspace, "linked.txt"));
    const toolCall = {
      toolCallId: "t1",
      kind: "edit",
      title: "Edit a.txt",
      content: [{ type: "diff", path: file, oldText: null, newText: "allowed" }],
    };
    const options = [
      { optionId: "ever", name: "Always", kind: "allow_always" },
      { optionId: "one", name: "Once", kind: "allow_once" },
      { optionId: "no", name: "No", kind: "reject_once" },
    ];
    const { asked, events } = await does(
      [
        asks("session/request_permission", { toolCall, options }),
        asks("fs/write_text_file", { path: file, content: "allowed" }),
        asks("fs/write_text_file", { path: path.join(workspace, "linked.txt"), content: "other" }),
        asks("fs/write_text_file", { path: path.join(workspace, ".git", "config"), content: "x" }),
        asks("fs/write_text_file", { path: world.outside, content: "x" }),
      ],
      { workspace },
    );
    const answers = told(events);
    expect(answers[0]).toContain('"optionId":"one"');
    expect(asked.map(({ tool }) => tool)).toEqual(["edit", ...Array(3).fill("fs/write_text_file")]);
    expect(await readFile(file, "utf8")).toBe("allowed");
    expect(await readFile(shared, "utf8")).toBe("as it was");
    expect(answers[3]).toContain("git's own files");
    expect(answers[4]).toContain("Refused: outside the workspace");
    const changes = items(events).filter(({ kind }) => kind === "file_change");
    expect(changes.map(({ path }) => path)).toContain(path.join(workspace, "linked.txt"));
  });

  it("refuses to write when the turn may only read, or leave is not given [req:acp.files]", async () => {
    const workspace = await world.workspace();
    const write = asks("fs/write_text_file", { path: path.join(workspace, "a"), content: "x" });
    const reading = await does([write], { workspace, access: "read-only" });
    expect(told(reading.events)[0]).toContain("may only read");
    const approve = async () => ({ decision: "deny", reason: "not today" }) as const;
    const denied = await does([write], { workspace, approve });
    expect(told(denied.events)[0]).toContain("Refused: not today");
    expect(items(denied.events)).toContainEqual(
      expect.objectContaining({ kind: "approval", decision: "deny", reason: "not today" }),
    );
  });

  it("gives leave for once only [req:acp.permission]", async () => {
    const toolCall = {
      toolCallId: "t1",
      kind: "execute",
      title: "rm -r x",
      rawInput: { command: "rm -r x" },
    };
    const always = [{ optionId: "ever", name: "Always", kind: "allow_always" }];
    const { events, asked } = await does([asks("session/request_permission", { toolCall, options: always })]);
    expect(told(events)[0]).toContain("cancelled");
    expect(asked[0]).toMatchObject({ kind: "run", command: "rm -r x" });
    const reject = [{ optionId: "never", name: "Never", kind: "reject_always" }, ...always];
    const denied = await does([asks("session/request_permission", { toolCall, options: reject })], {
      approve: async () => Promise.reject(new Error("nobody is there")),
    });
    expect(told(denied.events)[0]).toContain('"optionId":"never"');
    expect(JSON.stringify(items(denied.events))).toContain("nobody is there");
  });

  it("runs a terminal in the sandbox, with leave, and tells its output [req:acp.terminals]", async () => {
    const workspace = await world.workspace();
    await mkdir(path.join(workspace, "sub"));
    const terminalId = "terminal-1";
    const shows = { sessionUpdate: "tool_call", toolCallId: "t1", title: "hello", kind: "execute" };
    const content = [{ type: "terminal", terminalId }];
    const { events, asked, specs } = await does(
      [
        asks("terminal/create", {
          command: "sh",
          args: ["-c", "sleep 0.3; pwd; echo $A; exit 3"],
          cwd: path.join(workspace, "sub"),
          env: [{ name: "A", value: "of the agent" }],
        }),
        `update ${JSON.stringify({ ...shows, status: "in_progress", content })}`,
        asks("terminal/wait_for_exit", { terminalId }),
        asks("terminal/output", { terminalId }),
        asks("terminal/release", { terminalId }),
        asks("terminal/output", { terminalId }),
        `update ${JSON.stringify({ sessionUpdate: "tool_call_update", toolCallId: "t1", status: "completed" })}`,
      ],
      { workspace },
    );
    const answers = told(events);
    expect(answers[1]).toBe('{"exitCode":3,"signal":null}');
    expect(answers[2]).toContain(`${path.join(workspace, "sub")}\\nof the agent\\n`);
    expect(answers[4]).toContain("-32002");
    expect(asked[0]).toMatchObject({ kind: "run", tool: "terminal/create" });
    expect(specs).toHaveLength(2);
    const command = items(events, "completed").find(({ kind }) => kind === "command");
    expect(command).toMatchObject({ exit_code: 3, output: expect.stringContaining("of the agent") });
    expect(events).toContainEqual(expect.objectContaining({ type: "output_delta", item_id: "t1" }));
  });

  it("bounds a terminal's output, and refuses one outside or without leave [req:acp.terminals]", async () => {
    const workspace = await world.workspace();
    const { events } = await does(
      [
        asks("terminal/create", {
          command: "for i in 1 2 3; do printf 0123456789; done",
          outputByteLimit: 12,
        }),
        asks("terminal/wait_for_exit", { terminalId: "terminal-1" }),
        asks("terminal/output", { terminalId: "terminal-1" }),
        asks("terminal/create", { command: "pwd", cwd: "/" }),
        asks("terminal/create", { command: "no-such-program-here" }),
      ],
      { workspace },
    );
    const answers = told(events);
    expect(answers[2]).toContain('"output":"890123456789","truncated":true');
    expect(answers[3]).toContain("leads out of the workspace");
    expect(answers[4]).toContain("no program");
    const approve = async () => ({ decision: "deny", reason: "no" }) as const;
    const denied = await does([asks("terminal/create", { command: "pwd" })], { approve });
    expect(told(denied.events)[0]).toContain("Refused: no");
  });

  it("leaves no terminal behind, and lets a slow one be no silence [req:acp.terminals]", async () => {
    const left = await does([asks("terminal/create", { command: "sleep", args: ["1000"] }), "exit 7"]);
    expect(left.outcome).toMatchObject({ status: "failed", kind: "exit", exit_code: 7 });
    const ticks = "for i in 1 2 3 4 5 6 7 8; do echo tick; sleep 0.5; done";
    const lines = [
      asks("terminal/create", { command: ticks }),
      asks("terminal/wait_for_exit", { terminalId: "terminal-1" }),
    ];
    const slow = await does(lines, { idle_timeout_ms: 3_000 });
    expect(slow.outcome.status).toBe("completed");
  });

  it("makes items of updates, and keeps what it does not know [req:acp.updates]", async () => {
    const update = (body: object) => `update ${JSON.stringify(body)}`;
    const edit = { toolCallId: "e", kind: "edit", title: "Edit" };
    const diffs = ["a.ts", "b.ts"].map((name) => ({ type: "diff", path: name, newText: "" }));
    const { events, outcome } = await does([
      update({ sessionUpdate: "agent_thought_chunk", content: { type: "text", text: "hm" } }),
      update({
        sessionUpdate: "plan",
        entries: [{ content: "think", priority: "high", status: "completed" }],
      }),
      update({ sessionUpdate: "tool_call", ...edit, status: "pending" }),
      update({ sessionUpdate: "tool_call_update", toolCallId: "e", status: "completed", content: diffs }),
      update({
        sessionUpdate: "tool_call",
        toolCallId: "r",
        kind: "read",
        title: "Read",
        status: "in_progress",
      }),
      update({ sessionUpdate: "crystal_ball", of: "tomorrow" }),
      update({ sessionUpdate: "tool_call", toolCallId: 7 }),
      update({
        sessionUpdate: "agent_message_chunk",
        content: { type: "image", data: "", mimeType: "image/png" },
      }),
      `raw ${JSON.stringify({ jsonrpc: "2.0", method: "session/update", params: { sessionId: "who", update: { sessionUpdate: "plan", entries: [] } } })}`,
      `raw ${JSON.stringify({ jsonrpc: "2.0", method: "_own/thing", params: { a: 1 } })}`,
      "raw Loading, please wait...",
      `raw ${JSON.stringify({ jsonrpc: "2.0", id: 4711, result: {} })}`,
      "raw [1,2]",
      "say the ",
      "say end",
    ]);
    expect(outcome).toMatchObject({ status: "completed", final_text: "the end" });
    const done = items(events, "completed");
    expect(done.map(({ kind, path: file, text, name }) => file ?? text ?? `${kind} ${name}`)).toEqual(
      expect.arrayContaining(["hm", "[x] think", "a.ts", "b.ts", "Read", "the end"]),
    );
    expect(done.find(({ id }) => id === "r")).toMatchObject({ failed: true });
    const unknown = done.filter(({ kind }) => kind === "unknown").map(({ name }) => name);
    expect(unknown).toEqual(
      expect.arrayContaining([
        "crystal_ball",
        "tool_call",
        "content image",
        "plan of another session",
        "_own/thing",
      ]),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        type: "warning",
        message: expect.stringMatching(/lines of output were not/),
      }),
    );
    const open = new Set(items(events, "started").map(({ id }) => id));
    for (const { id } of done) open.delete(id);
    expect([...open]).toEqual([]);
  });

  it("tells how a turn ended by its kind [req:acp.ending]", async () => {
    const ended = async (line: string) => (await does(["say something", line])).outcome;
    expect(await ended("stop refusal")).toMatchObject({ status: "failed", kind: "permanent" });
    expect(await ended("stop max_tokens")).toMatchObject({ status: "failed", kind: "permanent" });
    expect(await ended("stop later")).toMatchObject({ status: "failed", kind: "protocol" });
    const error = (body: object) => ended(`fail ${JSON.stringify(body)}`);
    expect(await error({ code: -32000, message: "Please log in" })).toMatchObject({ kind: "auth" });
    expect(
      await error({
        code: -32603,
        message: "Internal error",
        data: { details: "You exceeded your current quota" },
      }),
    ).toMatchObject({ kind: "quota" });
    expect(await error({ code: 503, message: "?" })).toMatchObject({ kind: "transient", retry: true });
    expect(await ended("exit 9")).toMatchObject({ kind: "exit", exit_code: 9 });
    const { outcome } = await does(["say x"], { by: agent({ version: 2 }) });
    expect(outcome).toMatchObject({ kind: "protocol", message: expect.stringContaining("version 2") });
  });

  it("resumes as the agent can, and tells no history twice [req:acp.resume]", async () => {
    const loading = { can: { loadSession: true } };
    const first = await does(["say one"], { by: agent(loading) });
    const session_id = first.outcome.session_id ?? "";
    const again = { session_id, workspace: first.workspace };
    const loaded = await does(["say two"], { ...again, by: agent(loading) });
    expect(loaded.outcome).toMatchObject({ session_id, final_text: "two" });
    expect(items(loaded.events).map(({ text }) => text)).toEqual(["two"]);
    const resuming = { can: { sessionCapabilities: { resume: {} } } };
    const resumed = await does(["say three"], { ...again, by: agent(resuming) });
    expect(items(resumed.events).map(({ text }) => text)).toEqual(["three"]);
    const warned = await does(["say four"], { ...again, by: agent() });
    expect(warned.events).toContainEqual(
      expect.objectContaining({ type: "warning", message: expect.stringContaining("cannot be resumed") }),
    );
    expect(warned.outcome).toMatchObject({ final_text: "four" });
  });

  it("counts what a session has cost for the turn alone [req:acp.usage]", async () => {
    const cost = (amount: number) =>
      `update ${JSON.stringify({ sessionUpdate: "usage_update", used: 1, size: 2, cost: { amount, currency: "USD" } })}`;
    const by = agent({ can: { sessionCapabilities: { resume: {} } } });
    const first = await does(["say one", cost(0.5)], { by });
    expect(first.outcome.usage).toMatchObject({ cost_usd: 0.5 });
    const session_id = first.outcome.session_id ?? "";
    const second = await does(["say two", cost(0.75)], { by, session_id, workspace: first.workspace });
    expect(second.outcome.usage).toMatchObject({ cost_usd: 0.25 });
  });

  it("waits for a slow answer beyond its idle limit [req:agents.slow-approval]", async () => {
    const toolCall = { toolCallId: "t1", kind: "execute", title: "make" };
    const options = [{ optionId: "one", name: "Once", kind: "allow_once" }];
    const idle_timeout_ms = 5_000;
    const { outcome } = await does([asks("session/request_permission", { toolCall, options })], {
      idle_timeout_ms,
      approve: async () => {
        await sleep(idle_timeout_ms + 500);
        return { decision: "allow", reason: "a person took their time" };
      },
    });
    expect(outcome.status).toBe("completed");
  });

  it("has a person fill in what an agent wants to know [req:acp.questions]", async () => {
    const form = asks("elicitation/create", {
      mode: "form",
      message: "Before I begin",
      requestedSchema: {
        type: "object",
        properties: {
          colour: { type: "string", title: "Which colour?", oneOf: [{ const: "r", title: "Red" }] },
          twice: { type: "boolean", title: "Twice?" },
          times: { type: "integer" },
        },
      },
    });
    const asked: unknown[] = [];
    const { events } = await does([form], {
      ask: async (questions) => {
        asked.push(...questions);
        return { colour: "Red", twice: "yes", times: "3" };
      },
    });
    expect(told(events)[0]).toBe('{"action":"accept","content":{"colour":"r","twice":true,"times":3}}');
    expect(asked[0]).toEqual({ id: "colour", text: "Before I begin\nWhich colour?", options: ["Red"] });
    const nobody = await does([form], { ask: async () => undefined });
    expect(told(nobody.events)[0]).toBe('{"action":"cancel"}');
    const never = await does([form]);
    expect(told(never.events)[0]).toContain("-32601");
  });

  it("logs in with the configured method, once [req:acp.login]", async () => {
    const needs = { needs_login: true };
    const right = await does(["say in"], { by: agent(needs, { auth_method: "right" }) });
    expect(right.outcome).toMatchObject({ final_text: "in" });
    const wrong = await does(["say in"], { by: agent(needs, { auth_method: "wrong" }) });
    expect(wrong.outcome).toMatchObject({ kind: "auth" });
    const none = await does(["say in"], { by: agent(needs) });
    expect(none.outcome).toMatchObject({ kind: "auth" });
  });

  it("follows no link an agent planted in its home [req:agents.private-home]", async () => {
    const victim = path.join(world.root, "outside");
    const by = agent({}, { home_files: { ".fake/settings.json": "{}" }, serve: ["terminal"] });
    const plant = asks("terminal/create", { command: "true" });
    const first = await does([plant, "say x"], { by });
    const home = first.specs[0]?.state[0] ?? "";
    await rm(path.join(home, ".fake"), { recursive: true });
    await symlink(victim, path.join(home, ".fake"));
    const session_id = first.outcome.session_id ?? "";
    await does(["say y"], { by, session_id, workspace: first.workspace });
    await expect(readFile(path.join(victim, "settings.json"))).rejects.toThrow("ENOENT");
    expect(await readFile(path.join(home, ".fake", "settings.json"), "utf8")).toBe("{}");
  });
});

function items(events: readonly AgentEvent[], phase?: "started" | "completed"): AgentItem[] {
  return events.flatMap((event) =>
    event.type === "item" && (phase === undefined || event.phase === phase) ? [event.item] : [],
  );
}

/** What the editor answered, as the scripted agent said it. */
function told(events: readonly AgentEvent[]): string[] {
  const said = events.flatMap((event) => (event.type === "message_delta" ? [event.text] : []));
  return said.join("").split("\n").filter(Boolean);
}
