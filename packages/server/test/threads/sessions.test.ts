import { ChatAnswer, PlanState } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startScriptedModel } from "../../src/agents/index.ts";
import { sseBlocks } from "../support/sse-reader.ts";
import { type TestServer, testServer } from "../support/test-server.ts";
import { modelConfig, step } from "./talking-world.ts";

let server: TestServer;
let model: Awaited<ReturnType<typeof startScriptedModel>>;
beforeAll(async () => {
  const steps = [
    step("make it", [{ run: { argv: ["touch", "made.txt"] } }], [{ say: "made it" }]),
    step("read it", [{ read_file: { path: "README.md" } }], [{ say: "it says test" }]),
    step("fail", [{ error: { status: 400, type: "invalid_request_error", message: "no such thing" } }]),
    step("", [{ say: "hello there" }]),
  ];
  model = await startScriptedModel({ scenario: { name: "sessions", steps } });
  server = await testServer({
    config: `[server]\ndrain_timeout_secs = 1\n[agents]\ndefault_agent = "openai_api"\n[approvals]\nprofile = "allow_listed"\n${modelConfig(model.url)}`,
  });
  await server.client.call("project/update", { project: "app", active: true });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await model.close();
});

async function json(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await server.fetch(path, init as RequestInit & { headers?: Record<string, string> });
  return response.json();
}

async function chat(message: string, session_id?: string): Promise<ChatAnswer> {
  const response = await server.post("/api/chat", { message, ...(session_id ? { session_id } : {}) });
  expect(response.status).toBe(200);
  return ChatAnswer.parse(await response.json());
}

async function approve(id: string, approved: boolean): Promise<ChatAnswer> {
  return ChatAnswer.parse(await (await server.post(`/api/chat/approve/${id}`, { approved })).json());
}

async function planOf(session: string): Promise<PlanState> {
  return PlanState.parse(await json(`/api/sessions/${session}/plan`));
}

describe("seed 2's chat", () => {
  it("begins a conversation under a name of the client's, and goes on in it [req:chat.post]", async () => {
    expect(await chat("Hello", "demo-session")).toMatchObject({
      message: "hello there",
      session_id: "demo-session",
      status: "completed",
      pending_tools: [],
    });
    const again = await chat("read it", "demo-session");
    expect(again).toMatchObject({ message: "it says test", session_id: "demo-session" });
    const session = (await json("/api/sessions/demo-session")) as { messages: unknown[] };
    expect(session).toMatchObject({ session_id: "demo-session", user_id: null, agents: [] });
    expect(session.messages).toEqual([
      { role: "user", content: "Hello" },
      { role: "assistant", content: "hello there" },
      { role: "user", content: "read it" },
      { role: "assistant", content: "it says test" },
    ]);
    const fresh = await chat("Hello");
    expect(fresh.session_id).toMatch(/^thr_/);
  });

  it("answers with what waits for a person, runs it once allowed, and not when rejected [req:chat.post, chat.approve]", async () => {
    const asked = await chat("make it", "asks");
    expect(asked).toMatchObject({
      status: "pending",
      session_id: "asks",
      pending_id: expect.stringMatching(/^apr_/),
      pending_tools: [{ id: asked.pending_id, tool: expect.any(String), args: expect.anything() }],
    });
    expect((await planOf("asks")).runtime).toMatchObject({
      active_status: "waiting_approval",
      active_job_id: asked.pending_id,
      loop_stage: "executing",
      last_outcome: "waiting_approval",
    });
    expect(await approve(asked.pending_id!, true)).toMatchObject({ message: "made it", status: "completed" });
    expect((await planOf("asks")).runtime).toMatchObject({
      active_tool: null,
      followup: { kind: "checkpoint", step: "make it", next_step: null },
      last_outcome: "checkpointed",
      loop_stage: "responding",
      jobs: [{ status: "succeeded", command: expect.stringContaining("touch made.txt") }],
    });
    const again = await chat("make it", "asks");
    expect(await approve(again.pending_id!, false)).toMatchObject({
      message: "Tool execution rejected",
      status: "rejected",
      session_id: "asks",
    });
    const twice = await server.post(`/api/chat/approve/${again.pending_id}`, { approved: true });
    expect(twice.status).toBe(409);
    expect(
      (await server.post("/api/chat/approve/apr_01ARZ3NDEKTSV4RRFFQ69G5FAV", { approved: true })).status,
    ).toBe(404);
  });

  it("says what failed, and does not wait longer than it was told [req:chat.post]", async () => {
    expect(await chat("fail", "fails")).toMatchObject({
      status: "failed",
      message: expect.stringContaining("no such"),
    });
    expect((await planOf("fails")).runtime).toMatchObject({
      followup: { kind: "retry_or_replan", step: "fail", retry_count: 0 },
      loop_stage: "replan_required",
      last_outcome: "failed",
      last_feedback: expect.stringContaining("no such"),
    });
    const response = await server.post("/api/chat", { message: "make it", session_id: "slow", wait_secs: 0 });
    const { status, session_id } = ChatAnswer.parse(await response.json());
    expect(["running", "pending"]).toContain(status);
    expect(session_id).toBe("slow");
    for (const body of [
      {},
      { message: "" },
      { message: "x", session_id: "../x" },
      { message: "x", wait_secs: 601 },
    ])
      expect((await server.post("/api/chat", body)).status).toBe(400);
    const unknown = { message: "x", session_id: "thr_01ARZ3NDEKTSV4RRFFQ69G5FAV" };
    expect((await server.post("/api/chat", unknown)).status).toBe(404);
  });
});

describe("seed 2's sessions", () => {
  it("are listed newest first by what was said first, and are deleted with 204 [req:sessions.list, sessions.get]", async () => {
    await chat("Fix the spinner\nplease", "spinner");
    const sessions = (await json("/api/sessions")) as { id: string; title: string; created_at: string }[];
    expect(sessions[0]).toMatchObject({ id: "spinner", title: "Fix the spinner", user_id: null });
    expect(sessions[0]!.created_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(sessions.length).toBeGreaterThan(1);
    const gone = await server.fetch("/api/sessions/spinner", { method: "DELETE" });
    expect([gone.status, await gone.text()]).toEqual([204, ""]);
    for (const path of [
      "/api/sessions/spinner",
      "/api/sessions/spinner/plan",
      "/api/sessions/spinner/plan/stream",
    ])
      expect((await server.fetch(path)).status).toBe(404);
    // The name is free again.
    expect(await chat("Anew", "spinner")).toMatchObject({ session_id: "spinner", status: "completed" });
    expect(await server.client.call("session/delete", { session_id: "spinner" })).toBeNull();
  });

  it("show and answer what waits for a person, newest first [req:approvals.session]", async () => {
    const asked = await chat("make it", "inbox");
    expect(await json("/api/approvals/inbox")).toMatchObject([
      { id: asked.pending_id, command: expect.stringContaining("touch"), source: "openai_api" },
    ]);
    const answered = await server.post("/api/approvals/inbox", { approved: true });
    expect(await answered.json()).toEqual({ success: true, session_id: "inbox", approved: true });
    // Nothing is called a success that changed nothing.
    expect((await server.post("/api/approvals/inbox", { approved: true })).status).toBe(404);
    expect((await server.post("/api/approvals/nobody", { approved: true })).status).toBe(404);
    expect((await server.post("/api/approvals/inbox", { approved: "yes" })).status).toBe(400);
  });

  it("stream their planner state: at once, then after every change, also what happened meanwhile [req:sessions.plan]", async () => {
    await chat("Hello", "streamed");
    const response = await server.fetch("/api/sessions/streamed/plan/stream");
    const states: PlanState[] = [];
    let lastId = "";
    let asked: Promise<ChatAnswer> | undefined;
    let approved: Promise<ChatAnswer> | undefined;
    for await (const { event, data, id } of sseBlocks(response)) {
      if (event !== "plan") continue;
      states.push(PlanState.parse(JSON.parse(data!)));
      lastId = id!;
      asked ??= chat("make it", "streamed");
      const { active_status, active_job_id, followup } = states.at(-1)!.runtime;
      if (active_status === "waiting_approval") approved ??= approve(active_job_id!, true);
      if (states.length > 1 && followup !== null) break;
    }
    expect(states[0]!.runtime).toMatchObject({ last_outcome: "responded", jobs: [] });
    expect(states.map(({ runtime }) => runtime.active_status)).toContain("waiting_approval");
    expect(states.at(-1)!.runtime).toMatchObject({ followup: { kind: "checkpoint", step: "make it" } });
    const told = states.map((state) => JSON.stringify(state));
    expect(told.filter((state, at) => state === told[at - 1])).toEqual([]);
    await Promise.all([asked, approved]);
    // Another process sees the same: nothing of it is kept in memory.
    await server.restart();
    const headers = { "last-event-id": lastId };
    const later = await server.fetch("/api/sessions/streamed/plan/stream", { headers });
    for await (const { event, data } of sseBlocks(later)) {
      if (event !== "plan") continue;
      expect(JSON.parse(data!)).toEqual(await planOf("streamed"));
      break;
    }
    expect((await server.fetch("/api/sessions/streamed/plan/stream?after_seq=x")).status).toBe(400);
  });
});
