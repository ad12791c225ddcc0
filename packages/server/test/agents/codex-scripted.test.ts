import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AgentEvent, type AgentQuestion, CodexAgent } from "../../src/agents/index.ts";
import {
  type ContractSubject,
  completed,
  failed,
  type Ran,
  type RanOptions,
  run,
} from "../../src/agents/testing/contract-turn.ts";
import { program } from "../config-effects/support.ts";
import { openWorld, type World } from "./world.ts";

const fixture = fileURLToPath(new URL("./codex-fixture.mjs", import.meta.url));

interface Script {
  readonly app_server?: boolean;
  readonly overloaded?: Readonly<Record<string, number>>;
  readonly refuse?: readonly string[];
  readonly lines?: readonly unknown[];
  readonly noise?: number;
}

const here = { threadId: "$thread", turnId: "$turn" };
const turn = (status: string, error?: object) => ({
  method: status === "inProgress" ? "turn/started" : "turn/completed",
  params: { threadId: "$thread", turn: { id: "$turn", status, error: error ?? null } },
});
const begun = turn("inProgress");
const ended = turn("completed");
const item = (one: object, scope: object = here) => ({
  method: "item/completed",
  params: { ...scope, item: one },
});
const say = (text: string, scope: object = here) =>
  item({ id: `say ${text}`, type: "agentMessage", text }, scope);
const used = (tokens: number, last: number, turnId = "$turn") => {
  const counts = (inputTokens: number) => ({ totalTokens: inputTokens, inputTokens, outputTokens: 0 });
  const tokenUsage = { total: counts(tokens), last: counts(last) };
  return { method: "thread/tokenUsage/updated", params: { threadId: "$thread", turnId, tokenUsage } };
};

/** What a scripted app-server says and does that the real one cannot be made to. It is no agent. */
describe("a scripted app-server in the place of Codex", () => {
  let world: World;
  let made = 0;
  beforeAll(async () => {
    world = await openWorld();
    await mkdir(path.join(world.root, "operator"));
  });
  afterAll(() => world[Symbol.asyncDispose]());

  async function play(script: Script, options: RanOptions = {}): Promise<Ran & { pauses: number[] }> {
    const pauses: number[] = [];
    made += 1;
    const source = `import(${JSON.stringify(fixture)}).then(({ play }) => play(${JSON.stringify(script)}));`;
    const agent = new CodexAgent({
      runner: world.runner,
      clock: {
        now: () => systemClock.now(),
        callAt: (time, callback) => {
          pauses.push(Math.round((time - systemClock.now()) / 10) * 10);
          queueMicrotask(callback);
          return () => undefined;
        },
      },
      random: () => 0,
      mode: "app-server",
      executable: program(world.root, `codex-${made}`, source),
      home: path.join(world.root, "operator"),
      state_dir: path.join(world.root, "state"),
      host_env: world.host_env,
    });
    const sandbox: ContractSubject["sandbox"] = async ({ file, args, env }) => ({ file, args, env });
    const subject: ContractSubject = {
      ...world,
      agent,
      sandbox,
      modelInput: () => "",
      can: {
        resume: true,
        report_silence: true,
        report_usage: true,
        ask: false,
        schema: true,
        process: true,
      },
    };
    return { ...(await run(subject, "scripted", options)), pauses };
  }

  const warnings = (events: readonly AgentEvent[]) =>
    events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
  const items = (events: readonly AgentEvent[]) =>
    events.flatMap((event) => (event.type === "item" ? [event.item] : []));

  it("is asked again when it is overloaded [req:codex.overload]", async () => {
    const overloaded = { "thread/start": 2, "turn/start": 1 };
    const { events, outcome, pauses } = await play({ overloaded, lines: [begun, say("there"), ended] });
    expect(completed(outcome).final_text).toBe("there");
    expect(pauses).toEqual([130, 250, 130]);
    expect(warnings(events)).toHaveLength(3);
  });

  it("that stays overloaded fails the turn, which may be repeated [req:codex.overload]", async () => {
    const { outcome, pauses } = await play({ overloaded: { "thread/start": 99 } });
    expect(failed(outcome)).toMatchObject({ kind: "transient", retry: true });
    expect(pauses).toHaveLength(5);
  });

  it("cannot break a turn with garbage [req:codex.garbage]", async () => {
    const others = { threadId: "other", turnId: "$turn" };
    const { events, outcome } = await play({
      lines: [
        "{ broken",
        "x".repeat(10 * 1024 * 1024),
        "[1, 2]",
        "null",
        begun,
        { id: 999, result: {} },
        { method: 7 },
        { method: "item/completed", params: { ...here, item: { type: "agentMessage" } } },
        { method: "item/completed", params: "nothing" },
        { method: "hologram/projected", params: { ...here, depth: 3 } },
        say("of another thread", others),
        say("of another turn", { threadId: "$thread", turnId: "other" }),
        { method: "turn/completed", params: { threadId: "other", turn: { id: "$turn", status: "failed" } } },
        {
          method: "turn/completed",
          params: { threadId: "$thread", turn: { id: "other", status: "failed" } },
        },
        item({ id: "h", type: "hologram", depth: 3 }),
        say("still there"),
        ended,
        say("after the end"),
        "{ broken",
      ],
    });
    expect(completed(outcome).final_text).toBe("still there");
    expect(items(events)).toEqual([
      ...Array(4).fill(expect.objectContaining({ kind: "unknown", name: "record" })),
      expect.objectContaining({ kind: "unknown", name: "hologram", text: expect.stringContaining("depth") }),
      { id: "say still there", kind: "message", text: "still there" },
    ]);
    expect(warnings(events)).toEqual(["4 lines of output were not part of the protocol."]);
  });

  it("that says nothing but garbage fails the turn [req:codex.garbage]", async () => {
    const { outcome } = await play({ noise: 2_000 });
    expect(failed(outcome)).toMatchObject({ kind: "protocol", retry: false });
  });

  it("that asks what nobody knows is refused, and goes on [req:codex.garbage]", async () => {
    const asks = (method: string, params: object) => [
      { id: method, method, params: { ...here, ...params } },
      "$answer",
    ];
    const { outcome, asked, events } = await play({
      lines: [
        begun,
        ...asks("hologram/request", {}),
        ...asks("item/fileChange/requestApproval", { itemId: "nowhere" }),
        ...asks("item/tool/requestUserInput", { questions: "none" }),
        ...asks("mcpServer/elicitation/request", { message: "?" }),
        ended,
      ],
    });
    completed(outcome);
    expect(asked).toEqual([]);
    const answers = items(events).flatMap(({ kind, text }) =>
      kind === "message" ? [JSON.parse(text ?? "")] : [],
    );
    expect(answers).toMatchObject([
      { id: "hologram/request", error: { code: -32601 } },
      { id: "item/fileChange/requestApproval", result: { decision: "decline" } },
      { id: "item/tool/requestUserInput", error: { code: -32601 } },
      { id: "mcpServer/elicitation/request", result: { action: "decline" } },
    ]);
  });

  it("that asks for permissions is granted no more than was shown [req:codex.approvals]", async () => {
    const permissions = {
      network: { enabled: true },
      fileSystem: {
        read: ["lib"],
        write: null,
        entries: [{ path: { type: "path", path: "/" }, access: "write" }],
      },
    };
    const request = {
      id: 5,
      method: "item/permissions/requestApproval",
      params: { ...here, cwd: "/w", permissions },
    };
    const { events, outcome, asked } = await play(
      { lines: [begun, request, "$answer", ended] },
      { approve: async () => ({ decision: "allow", reason: "test" }) },
    );
    expect(JSON.parse(completed(outcome).final_text)).toEqual({
      id: 5,
      result: {
        permissions: { network: { enabled: true }, fileSystem: { read: ["lib"], write: null } },
        scope: "turn",
      },
    });
    expect(asked).toEqual([]);
    expect(items(events)[0]).toMatchObject({
      kind: "approval",
      text: "more permissions: the network, reading /w/lib",
      path: "/w/lib",
    });
  });

  it("that asks for a secret gets none, and nobody is asked for it [req:codex.questions]", async () => {
    const questions = [
      { id: "word", question: "Your password?", isSecret: true },
      { id: "colour", question: "Which colour?" },
    ];
    const told: AgentQuestion[] = [];
    const request = { id: 6, method: "item/tool/requestUserInput", params: { ...here, questions } };
    const { outcome } = await play(
      { lines: [begun, request, "$answer", ended] },
      {
        ask: async (asked) => {
          told.push(...asked);
          return { colour: "blue", word: "never asked" };
        },
      },
    );
    expect(told).toEqual([{ id: "colour", text: "Which colour?", options: [] }]);
    expect(JSON.parse(completed(outcome).final_text)).toEqual({
      id: 6,
      result: { answers: { colour: { answers: ["blue"] } } },
    });
  });

  it("tells plans, tools, other models and what it used [req:codex.items]", async () => {
    const plan = [
      { step: "look", status: "completed" },
      { step: "leap", status: "pending" },
    ];
    const { events, outcome } = await play({
      lines: [
        used(900, 900, "earlier"),
        begun,
        { method: "turn/plan/updated", params: { ...here, explanation: "How", plan } },
        { method: "model/rerouted", params: { ...here, fromModel: "a", toModel: "b" } },
        { method: "error", params: { ...here, willRetry: true, error: { message: "Reconnecting 1/5" } } },
        used(1000, 100),
        used(1000, 100),
        used(1300, 300),
        { method: "item/agentMessage/delta", params: { ...here, itemId: "m", delta: "by " } },
        { method: "item/agentMessage/delta", params: { ...here, itemId: "m", delta: "pieces" } },
        item({ id: "m", type: "agentMessage", text: "by pieces" }),
        ended,
      ],
    });
    expect(completed(outcome)).toMatchObject({ final_text: "by pieces", usage: { input_tokens: 400 } });
    expect(items(events)[0]).toMatchObject({ kind: "plan", text: "How\n[x] look\n[ ] leap" });
    expect(warnings(events)).toEqual(["The answer came from the model b, not from a.", "Reconnecting 1/5"]);
    const told = events.flatMap((event) => (event.type === "message_delta" ? [event.text] : []));
    expect(told.join("")).toBe("by pieces");
  });

  it("fails with the kind and the time the limit comes back [req:codex.failures]", async () => {
    const primary = { usedPercent: 100, resetsAt: 1_900_000_000 };
    const { outcome } = await play({
      lines: [
        begun,
        { method: "account/rateLimits/updated", params: { rateLimits: { primary, secondary: null } } },
        turn("failed", { message: "Used up.", codexErrorInfo: "usageLimitExceeded" }),
      ],
    });
    expect(failed(outcome)).toMatchObject({
      kind: "quota",
      retry: true,
      reset_at: "2030-03-17T17:46:40.000Z",
    });
  });

  it("whose conversation is gone begins a new one, and says so [req:codex.modes]", async () => {
    const lines = [begun, say("anew"), ended];
    await play({ lines });
    const { events, outcome } = await play({ refuse: ["thread/resume"], lines }, { session_id: "thread-1" });
    expect(completed(outcome).final_text).toBe("anew");
    expect(warnings(events)).toEqual([
      expect.stringMatching(/thread-1 could not be opened.*no thread\/resume/),
    ]);
    const refused = await play({ refuse: ["thread/start"] });
    expect(failed(refused.outcome)).toMatchObject({
      kind: "protocol",
      message: expect.stringContaining("no thread/start"),
    });
  });

  it("that does not exist is done without, with a warning [req:codex.modes]", async () => {
    const { events, outcome } = await play({ app_server: false });
    expect(completed(outcome)).toMatchObject({ final_text: "by exec", session_id: "scripted-exec" });
    expect(warnings(events)).toEqual([expect.stringContaining("no app-server")]);
    expect(items(events)).toContainEqual(expect.objectContaining({ kind: "unknown", name: "hologram" }));
  });
});
