import { randomUUID } from "node:crypto";
import { type AgentContext, methods, type PromptResponse, RequestError } from "@agentclientprotocol/sdk";
import type { ApprovalSettings, Event, Task } from "@harness/protocol";
import type { Client } from "../connection.ts";
import { CommandFailure, hasCode } from "../failure.ts";
import { count, isTerminal, shortSha, usageText } from "../terminal/words.ts";
import { Permissions } from "./permissions.ts";
import { TaskUpdates } from "./updates.ts";

/** What a session submits besides the prompt, as the command was started with. */
export interface TaskChoices {
  readonly agent?: string;
  readonly reviewer?: string;
  readonly model?: string;
  readonly approvals?: ApprovalSettings;
}

interface SessionDeps {
  readonly id: string;
  readonly editor: AgentContext;
  readonly client: Client;
  readonly project: string;
  readonly choices: TaskChoices;
}

/** The label by which the tasks of a session are found again. */
export function sessionLabel(id: string): string {
  return `acp-session:${id}`;
}

/**
 * One conversation of an editor: its first prompt becomes a task, a later one a revision of it, or words for the agent
 * while it works. A prompt is answered when the task has ended, or waits for what only a person can do.
 */
export class EditorSession {
  readonly #deps: SessionDeps;
  readonly #updates: TaskUpdates;
  readonly #permissions: Permissions;
  #task_id: string | undefined;
  /** The newest event that was shown. */
  #seq = 0;
  #cancelled = false;
  #following = false;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    const { editor, client, id: sessionId } = deps;
    this.#updates = new TaskUpdates((update) =>
      editor.notify(methods.client.session.update, { sessionId, update }),
    );
    this.#permissions = new Permissions({
      editor,
      client,
      sessionId,
      say: (text) => this.#updates.say(text),
    });
  }

  /** Does what the person asks for. */
  async prompt(text: string, signal: AbortSignal): Promise<PromptResponse> {
    if (text.trim() === "") throw RequestError.invalidParams(undefined, "the prompt has no text");
    this.#cancelled = false;
    const { client } = this.#deps;
    const task = this.#task_id && (await client.call("task/get", { task_id: this.#task_id }));
    if (task && !isTerminal(task.status) && task.status !== "waiting") return this.#tell(task, text);
    if (task) await client.call("task/revise", { task_id: task.id, prompt: text });
    else await this.#submit(text);
    return this.#follow(signal);
  }

  /** Cancels the task; the prompt that follows it is answered once that is done. */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    this.#permissions.close();
    if (this.#task_id === undefined) return;
    const reason = "cancelled in the editor";
    await this.#deps.client
      .call("task/cancel", { task_id: this.#task_id, reason })
      .catch((error: unknown) => {
        if (!hasCode(error, "illegal_transition")) throw error;
      });
  }

  /** Shows again what happened to the session's task. */
  async replay(task: Task): Promise<void> {
    const { client } = this.#deps;
    this.#task_id = task.id;
    const { prompt } = await client.call("task/get", { task_id: task.id });
    await this.#updates.asked(prompt);
    for (let more = true; more; ) {
      const page = await client.call("event/query", { task_id: task.id, after_seq: this.#seq, limit: 500 });
      for (const event of page.data) await this.#show(event);
      this.#seq = page.data.at(-1)?.seq ?? this.#seq;
      more = page.has_more;
    }
    if (isTerminal(task.status)) await this.#updates.say(endWords(task));
  }

  async #submit(prompt: string): Promise<void> {
    const { client, project, choices, id } = this.#deps;
    const idempotency_key = `acp:${id}:${randomUUID()}`;
    const params = {
      prompt,
      project,
      ...choices,
      source: "acp",
      labels: [sessionLabel(id)],
      idempotency_key,
    };
    const submit = () => client.call("task/create", params);
    // With the key, a call whose answer was lost can be made again.
    const { task_id } = await submit().catch((error: unknown) => {
      if (error instanceof CommandFailure && error.code === "no_server") return submit();
      throw error;
    });
    this.#task_id = task_id;
    await this.#updates.say(`Task ${task_id} in ${project}.`);
  }

  /** Words for an agent that works: it gets them in the middle of its turn if it can, else with its next one. */
  async #tell(task: Task, input: string): Promise<PromptResponse> {
    const { client } = this.#deps;
    const threads = (await client.call("thread/list", { task_id: task.id })).data;
    const thread = threads.find(({ role }) => role === "implementer");
    if (thread === undefined)
      throw RequestError.invalidRequest(
        undefined,
        `task ${task.id} is ${task.status}; wait for it, or cancel it`,
      );
    const say = (when_busy: "steer" | "queue") =>
      client.call("turn/start", { thread_id: thread.id, input, when_busy });
    const { outcome } = await say("steer").catch((error: unknown) => {
      if (hasCode(error, "turn_not_steerable") || hasCode(error, "thread_busy")) return say("queue");
      throw error;
    });
    await this.#updates.say(
      outcome === "steered" ? "The agent was told." : "The agent will be told with its next turn.",
    );
    return { stopReason: "end_turn" };
  }

  async #follow(signal: AbortSignal): Promise<PromptResponse> {
    const { client } = this.#deps;
    const task_id = this.#task_id ?? "";
    this.#following = true;
    const pending = await client.call("approval/list", { task_id, status: "pending" });
    for (const approval of pending.data) this.#permissions.ask(approval);
    try {
      for await (const { event } of client.stream("events", { task_id, after_seq: this.#seq }, { signal })) {
        this.#seq = event.seq;
        await this.#show(event);
        if (event.type === "task.ended" || isLeftToPerson(event)) break;
      }
    } finally {
      this.#following = false;
      this.#permissions.close();
    }
    const task = await client.call("task/get", { task_id });
    if (isTerminal(task.status)) await this.#updates.say(endWords(task));
    const { branch, head_sha, status } = task;
    const cancelled = task.status === "cancelled" || this.#cancelled;
    return {
      stopReason: cancelled ? "cancelled" : "end_turn",
      _meta: { harness: { task_id, status, branch, head_sha } },
    };
  }

  async #show(event: Event): Promise<void> {
    if (event.type === "approval.requested" && this.#following) this.#permissions.ask(event.data.approval);
    else if (event.type === "approval.decided") this.#permissions.decided(event.data.approval_id);
    else await this.#updates.take(event);
  }
}

/** Only a person can make the task go on, and not by an answer at this editor. */
function isLeftToPerson(event: Event): boolean {
  if (event.type !== "task.waiting") return false;
  const { needs, code } = event.data.block_reason;
  return needs === "person" && code !== "approval";
}

/** What came out of a task. */
function endWords(task: Task): string {
  const { changes, evidence, review, grade, usage } = task;
  const lines = [
    `**${task.status}**`,
    task.branch && `Branch: \`${task.branch}\` at ${shortSha(task.head_sha)}`,
    changes && `Changes: ${count(changes.files, "file")}, +${changes.insertions} -${changes.deletions}`,
    `Validation: ${evidence.state}`,
    `Review: ${review.state}`,
    grade?.letter && `Grade: ${grade.letter}`,
    `Usage: ${usageText(usage)}`,
    task.status === "done" && `See it: \`harness task diff ${task.id}\``,
  ];
  return lines.filter(Boolean).join("\n");
}
