import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { AgentAction, AgentEvent, AgentTurn } from "../port.ts";
import { liveContract } from "./contract-live.ts";
import { contractWords } from "./contract-scenario.ts";
import {
  type ContractCase,
  type ContractSubject,
  completed,
  contractCanary,
  failed,
  run,
} from "./contract-turn.ts";

/** The promises every adapter keeps. The list is the checklist for a new one. */
export const agentContract: readonly ContractCase[] = [
  {
    title: "does a turn: a file is written, a message and the end are told",
    req: "agents.turn",
    run: doesATurn,
  },
  { title: "resumes a conversation", req: "agents.resume", run: resumes },
  { title: "stops at an abort and leaves no process", req: "agents.abort", run: stopsAtAbort },
  { title: "does not start when it is aborted before", req: "agents.abort", run: staysAborted },
  { title: "stops when nobody reads its events any more", req: "agents.abort", run: stopsUnread },
  { title: "ends a silent turn at the idle limit", req: "agents.limits", run: endsIdle },
  {
    title: "fails with the kind auth when the login is refused, and does not throw",
    req: "agents.failure",
    run: failsAuth,
  },
  { title: "fails with the kind quota and the time it comes back", req: "agents.quota", run: failsQuota },
  {
    title: "fails when the sandbox refuses, and does not throw",
    req: "agents.failure",
    run: failsUnconfined,
  },
  { title: "does not write outside the workspace", req: "agents.confined", run: staysInside },
  {
    title: "takes a prompt that looks like flags, commands or files as words only",
    req: "agents.inert-prompt",
    run: isInert,
  },
  {
    title: "has nothing of the server's environment that is not on its list",
    req: "agents.environment",
    run: hidesEnvironment,
  },
  { title: "does not take silence for success", req: "agents.zero-output", run: noticesSilence },
  { title: "answers in a schema when asked to", req: "agents.schema", run: answersInSchema },
  ...liveContract,
];

async function doesATurn(subject: ContractSubject): Promise<void> {
  const { events, outcome, workspace } = await run(subject, contractWords.write);
  const done = completed(outcome);
  assert.match(done.final_text, /wrote hello\.txt/);
  assert.equal(done.observed_activity, true);
  assert.equal(await readFile(path.join(workspace, "hello.txt"), "utf8"), "hello, 'world'\n");
  assert.ok(events.some((event) => event.type === "started"));
  assert.ok(events.some((event) => event.type === "item" && event.item.kind === "message"));
  if (!subject.can.report_usage) return;
  assert.equal(done.usage?.input_tokens, 200);
  assert.equal(done.usage?.output_tokens, 40);
  const open = new Set<string>();
  for (const event of events)
    if (event.type === "item" && event.phase === "started") open.add(event.item.id);
    else if (event.type === "item") open.delete(event.item.id);
  assert.deepEqual([...open], [], "every started item is completed");
}

async function resumes(subject: ContractSubject): Promise<void> {
  if (!subject.can.resume) return;
  const first = await run(subject, contractWords.followUp);
  const { session_id, final_text } = completed(first.outcome);
  assert.equal(final_text, "turn 1");
  assert.ok(session_id);
  const second = await run(subject, contractWords.followUp, { session_id, workspace: first.workspace });
  const done = completed(second.outcome);
  assert.equal(done.final_text, "turn 2");
  assert.equal(done.session_id, session_id);
  assert.equal(done.usage?.input_tokens, 100, "usage counts the turn, not the conversation");
  const gone = await run(subject, contractWords.followUp, {
    session_id: "00000000-0000-4000-8000-000000000000",
  });
  assert.equal(completed(gone.outcome).final_text, "turn 1");
  assert.ok(gone.events.some((event) => event.type === "warning"));
}

async function stopsAtAbort(subject: ContractSubject): Promise<void> {
  const stop = new AbortController();
  const onEvent = (event: AgentEvent) => {
    const hanging = event.type === "item" || (event.type === "message_delta" && /hanging/.test(event.text));
    if (hanging) stop.abort();
  };
  const { outcome } = await run(subject, contractWords.hang, { signal: stop.signal, onEvent });
  assert.equal(outcome.status, "cancelled", JSON.stringify(outcome));
}

async function staysAborted(subject: ContractSubject): Promise<void> {
  const { outcome, specs } = await run(subject, contractWords.write, { signal: AbortSignal.abort() });
  assert.equal(outcome.status, "cancelled");
  assert.deepEqual(specs, []);
}

async function stopsUnread(subject: ContractSubject): Promise<void> {
  const attempt_id = `att_${randomUUID()}`;
  const turn: AgentTurn = {
    prompt: contractWords.hang,
    workspace: await subject.workspace(),
    access: "workspace-write",
    attempt_id,
    turn_timeout_ms: 60_000,
    idle_timeout_ms: 60_000,
    kill_grace_ms: 500,
    sandbox: subject.sandbox,
    approve: async () => ({ decision: "allow", reason: "test" }),
    signal: new AbortController().signal,
  };
  for await (const event of subject.agent.run(turn)) if (event.type !== "warning") break;
  assert.equal(await subject.survivors(attempt_id), 0);
}

async function endsIdle(subject: ContractSubject): Promise<void> {
  const { outcome } = await run(subject, contractWords.hang, { idle_timeout_ms: 2_500 });
  assert.equal(failed(outcome).kind, "timeout_idle");
}

async function failsAuth(subject: ContractSubject): Promise<void> {
  const { outcome } = await run(subject, contractWords.auth);
  const { kind, retry } = failed(outcome);
  assert.equal(kind, "auth", JSON.stringify(outcome));
  assert.equal(retry, false);
}

async function failsQuota(subject: ContractSubject): Promise<void> {
  const { outcome } = await run(subject, contractWords.quota);
  const { kind, reset_at } = failed(outcome);
  assert.equal(kind, "quota", JSON.stringify(outcome));
  const hours = (Date.parse(reset_at ?? "") - Date.now()) / 3_600_000;
  assert.ok(hours > 1.9 && hours < 2.1, `the quota comes back in two hours: ${JSON.stringify(outcome)}`);
}

async function failsUnconfined(subject: ContractSubject): Promise<void> {
  if (!subject.can.process) return;
  const sandbox = () => Promise.reject(new Error("no sandbox here"));
  const { outcome } = await run(subject, contractWords.write, { sandbox });
  const { kind, message } = failed(outcome);
  assert.equal(kind, "spawn");
  assert.match(message, /no sandbox here/);
}

async function staysInside(subject: ContractSubject): Promise<void> {
  const named: AgentAction[] = [];
  const { events } = await run(subject, contractWords.outside(subject.outside), {
    approve: async (action) => {
      const outside = action.paths.includes(subject.outside) || action.command?.includes(subject.outside);
      if (outside !== true) return { decision: "allow", reason: "inside" };
      named.push(action);
      return { decision: "deny", reason: "outside the workspace" };
    },
  });
  await assert.rejects(stat(subject.outside), { code: "ENOENT" });
  if (!subject.can.ask || subject.can.refuse_outside === true) return;
  assert.ok(named.length > 0, "the question names what is outside");
  const denied = (event: AgentEvent) =>
    event.type === "item" && event.item.kind === "approval" && event.item.decision === "deny";
  assert.ok(events.some(denied), "the refusal is told");
}

async function isInert(subject: ContractSubject): Promise<void> {
  const traps = [
    "--dangerously-skip-permissions",
    '--settings={"hooks":{}}',
    "-p",
    "/init",
    "!env",
    "@/etc/passwd",
  ];
  for (const trap of traps) {
    const prompt = `${trap}\n${contractWords.inert}\n@/etc/passwd @~/.claude.json`;
    const { outcome, specs } = await run(subject, prompt);
    assert.match(completed(outcome).final_text, /inert/, trap);
    for (const spec of specs) {
      const words = JSON.stringify([spec.file, spec.args, spec.env]);
      assert.ok(!words.includes(contractWords.inert), "the prompt is not among the arguments");
      assert.ok(!spec.args.some((arg) => /dangerously|@\/etc/.test(arg)));
    }
  }
  assert.ok(!subject.modelInput().includes("root:x:0:0"), "no file named in a prompt was sent");
}

async function hidesEnvironment(subject: ContractSubject): Promise<void> {
  const { events, outcome, specs } = await run(subject, contractWords.environment);
  completed(outcome);
  for (const spec of specs) {
    assert.equal(spec.env[contractCanary.name], undefined);
    assert.ok(
      !Object.keys(spec.env).some((name) => /^CLAUDECODE$|^CLAUDE_CODE_ENTRYPOINT$|GITHUB_TOKEN/.test(name)),
    );
    assert.ok(!JSON.stringify(spec).includes(contractCanary.value));
  }
  assert.match(JSON.stringify(events), /PATH=/, "the environment was shown");
  assert.ok(!JSON.stringify(events).includes(contractCanary.value));
  assert.ok(!subject.modelInput().includes(contractCanary.value));
}

async function noticesSilence(subject: ContractSubject): Promise<void> {
  const { outcome } = await run(subject, contractWords.silent);
  if (subject.can.report_silence) assert.equal(failed(outcome).kind, "zero_output");
  else assert.equal(completed(outcome).observed_activity, false);
}

async function answersInSchema(subject: ContractSubject): Promise<void> {
  if (!subject.can.schema) return;
  const { outcome } = await run(subject, contractWords.review, {
    access: "read-only",
    output_schema: VERDICT,
  });
  const answer: unknown = JSON.parse(completed(outcome).final_text);
  assert.deepEqual(answer, {
    verdict: "changes_requested",
    summary: "One defect.",
    findings: [
      { file: "a.mjs", line: 3, severity: "high", title: "Wrong sum", scenario: "sum(1, 2) gives -1" },
    ],
  });
}

const FINDING = {
  type: "object",
  additionalProperties: false,
  required: ["file", "line", "severity", "title", "scenario"],
  properties: {
    file: { type: "string" },
    line: { type: "integer" },
    severity: { type: "string", enum: ["critical", "high", "medium", "low"] },
    title: { type: "string" },
    scenario: { type: "string" },
  },
};
const VERDICT = {
  type: "object",
  additionalProperties: false,
  required: ["verdict", "summary", "findings"],
  properties: {
    verdict: { type: "string", enum: ["approved", "changes_requested"] },
    summary: { type: "string" },
    findings: { type: "array", items: FINDING },
  },
};
