import type { Result, Turn } from "@harness/protocol";
import { type CommandDefinition, type Context, operationCommand, type Typed } from "../command.ts";
import type { Client } from "../connection.ts";
import { agree, yesOption } from "../terminal/ask.ts";
import { neutralLine } from "../terminal/neutral.ts";
import { itemLine, tell } from "../terminal/progress.ts";
import type { Screen } from "../terminal/screen.ts";
import { ago, duration, shortId, shortSha, statusWord, usageText } from "../terminal/words.ts";
import { findThread, findTurn } from "../thread-reference.ts";
import { diffNotes, diffView, diffViews, showDiff } from "./task-results.ts";
import { threadQueueCommands } from "./thread-queue.ts";
import { named } from "./thread-talk.ts";
import { strategyText, threadId, toneOf, turnId } from "./thread-words.ts";

const list = operationCommand("thread/list", {
  options: { task_id: [{ flags: "--task <task>", doc: "Only of this task", path: "task_id" }] },
  show(result, { out, err, surroundings }) {
    const now = surroundings.clock.now();
    out.table(result.data, [
      { head: "id", cell: ({ id }) => (out.isTerminal ? shortId(id) : id) },
      { head: "status", cell: ({ status }) => status, tone: ({ status }) => toneOf(status) },
      { head: "agent", cell: ({ agent }) => agent },
      { head: "title", cell: ({ title }) => title, elastic: true },
      { head: "turns", cell: ({ turns }) => String(turns), alignRight: true },
      {
        head: "updated",
        cell: ({ updated_at }) => (out.isTerminal ? ago(updated_at, now) : updated_at),
        tone: () => "dim",
      },
    ]);
    if (result.page.has_more && result.page.next_cursor)
      err.line(`There are more: add --cursor ${result.page.next_cursor}`);
    return undefined;
  },
});

const show = operationCommand("thread/get", {
  positionals: [threadId],
  show(thread, { out, surroundings }) {
    out.facts(factsOf(thread));
    for (const { branch, commit } of thread.publications)
      out.facts([["branch", `${branch} at ${shortSha(commit)}, CLAIMED`]]);
    for (const { task_id, status, branch } of thread.proofs)
      out.facts([
        ["proven by", [task_id, statusWord(status, !out.isTerminal), branch].filter(Boolean).join(" ")],
      ]);
    showTurns(thread.turn_history, out, surroundings.clock.now());
    showQueue(thread.queue, out);
    return undefined;
  },
});

function factsOf(thread: Omit<Result<"thread/get">, "turn_history" | "queue" | "publications" | "proofs">) {
  const { base_branch, base_sha, head_sha, approvals, forked_from, sandbox } = thread;
  return [
    ["thread", thread.id],
    ["title", thread.title, "bold"],
    ["status", thread.status, toneOf(thread.status)],
    ["agent", [thread.agent, thread.model].filter(Boolean).join(" / ")],
    ["task", thread.task_id],
    ["base", [base_branch, shortSha(base_sha)].filter(Boolean).join(" at ")],
    ["snapshot", shortSha(head_sha)],
    ["approvals", approvals.profile],
    ["strategy", thread.execution_strategy],
    ["sandbox", sandbox],
    ["forked from", forked_from && [forked_from.thread_id, forked_from.turn_id].filter(Boolean).join(" at ")],
    ["used", usageText(thread.usage)],
  ] as const;
}

function showTurns(turns: readonly Turn[], out: Screen, now: number): void {
  if (turns.length === 0) return;
  out.line();
  out.table(turns, [
    { head: "turn", cell: ({ id }) => id },
    {
      head: "status",
      cell: ({ status, rolled_back }) => (rolled_back ? "rolled back" : status),
      tone: ({ status, rolled_back }) => (rolled_back ? "dim" : toneOf(status)),
    },
    { head: "snapshot", cell: ({ commit }) => shortSha(commit) },
    { head: "why", cell: ({ failure }) => failure?.message ?? "", elastic: true },
    {
      head: "started",
      cell: ({ started_at }) => (out.isTerminal ? ago(started_at, now) : started_at),
      tone: () => "dim",
    },
  ]);
}

function showQueue(queue: Result<"input/list">["data"], out: Screen): void {
  if (queue.length === 0) return;
  out.line();
  out.table(queue, [
    { head: "queued", cell: ({ id }) => id },
    { head: "by", cell: ({ actor }) => actor },
    { head: "words", cell: ({ text }) => text, elastic: true },
  ]);
}

const items = operationCommand("thread/items", {
  positionals: [threadId],
  show({ data, has_more }, { out, err }) {
    for (const { seq, turn_id, at, item } of data)
      if (out.isTerminal) tell(itemLine(item), out, "", true);
      else tell(itemLine(item) ?? [item.kind], out, `${seq}\t${at}\t${turn_id}\t${item.kind}\t`, true);
    if (has_more) err.line(`There are more: add --after-seq ${data.at(-1)?.seq ?? 0}`);
    return undefined;
  },
});

const diff = operationCommand("thread/diff", {
  positionals: [threadId],
  options: { since_turn: [{ flags: "--since <turn>", doc: "Only since this turn", path: "since_turn" }] },
  extras: diffViews,
  notes: diffNotes,
  show: (result, { out, err }, typed) => showDiff(result, out, err, diffView(typed)),
});

const turn = operationCommand("turn/status", {
  positionals: [turnId],
  prepare: named,
  show(one, { out }) {
    out.facts([
      ["turn", one.id],
      ["thread", one.thread_id],
      ["status", one.status, toneOf(one.status)],
      ["why", one.failure && `${one.failure.message} (${one.failure.code})`, "red"],
      ["agent", [one.agent, one.model].filter(Boolean).join(" / ")],
      ["strategy", one.strategy && strategyText(one.strategy)],
      ["snapshot", shortSha(one.commit)],
      ["rolled back", one.rolled_back ? "yes" : null],
      ["started", one.started_at],
      ["ended", one.ended_at],
      ["first output", firstOutput(one.telemetry?.first_token_latency_ms ?? null)],
      ["exit code", one.telemetry?.exit_code?.toString() ?? null],
      ["tried before", one.telemetry?.retry_count ? `${one.telemetry.retry_count} times` : null],
      ["used", one.usage && usageText(one.usage)],
    ]);
    return undefined;
  },
});

/** How long the agent was silent, in words. */
function firstOutput(ms: number | null): string | null {
  if (ms === null) return null;
  return `after ${ms < 1000 ? `${ms} ms` : duration(ms)}`;
}

const resume = operationCommand("thread/resume", {
  positionals: [threadId],
  show({ thread }, { out }) {
    out.facts(factsOf(thread));
    return undefined;
  },
});

const fork = operationCommand("thread/fork", {
  positionals: [threadId],
  options: {
    from_turn: [
      {
        flags: "--from-turn <turn>",
        doc: "Last turn to copy; the newest finished one unless told",
        path: "from_turn",
      },
    ],
  },
  show({ thread }, { out }) {
    out.facts(factsOf(thread));
    return undefined;
  },
});

const rollback = operationCommand("thread/rollback", {
  positionals: [
    threadId,
    { param: "to_turn", required: true, doc: "Turn to go back to, or the word beginning" },
  ],
  extras: [yesOption],
  async prepare({ params, extras }, client, context) {
    const thread_id = await findThread(client, String(params["thread_id"]));
    const at = String(params["to_turn"]);
    const to_turn = at === "beginning" ? null : await findTurn(client, at);
    const instead = `harness thread rollback ${thread_id} ${to_turn ?? "beginning"} --yes`;
    await agree(context, extras, "Go back, and forget what came later?", instead);
    return { thread_id, to_turn };
  },
  show({ rolled_back, thread }, { out, err }) {
    err.line(
      rolled_back.length === 0 ? "Nothing came later." : `Forgotten: ${neutralLine(rolled_back.join(", "))}`,
    );
    out.facts(factsOf(thread));
    return undefined;
  },
});

const publish = operationCommand("thread/publish", {
  positionals: [threadId],
  options: {
    turn_id: [
      {
        flags: "--turn <turn>",
        doc: "The turn whose checkpoint is published; the newest unless told",
        path: "turn_id",
      },
    ],
  },
  notes: `A branch of a conversation is CLAIMED: Harness ran no check on it and nobody reviewed it. Work that is to be
proven becomes a task: harness thread prove.`,
  show({ branch, commit, already_there }, { out, err }) {
    out.facts([
      ["branch", branch, "bold"],
      ["commit", commit],
      ["trust", "CLAIMED: neither validated nor reviewed", "yellow"],
    ]);
    if (already_there) err.line("It was there already.");
    return undefined;
  },
});

const prove = operationCommand("thread/prove", {
  positionals: [threadId],
  options: {
    turn_id: [
      {
        flags: "--turn <turn>",
        doc: "The turn whose checkpoint is proven; the newest unless told",
        path: "turn_id",
      },
    ],
  },
  notes: `The task runs the project's checks on the checkpoint and has another agent review it; the conversation's agent
goes on where they send it back. The conversation stays as it is, and may be deleted.`,
  show({ task_id, status, checkpoint }, { out, err }) {
    out.facts([
      ["task", task_id, "bold"],
      ["status", statusWord(status, !out.isTerminal)],
      ["checkpoint", shortSha(checkpoint)],
    ]);
    err.line(`Follow it: harness task watch ${task_id}`);
    return undefined;
  },
});

const compact = operationCommand("thread/compact", {
  positionals: [threadId],
  show({ compacted, turn_id }, { out, err }) {
    if (!compacted) err.line("Nothing was said yet: there is nothing to sum up.");
    out.facts([["turn", turn_id]]);
    return undefined;
  },
});

const remove = operationCommand("thread/delete", {
  positionals: [threadId],
  extras: [yesOption],
  async prepare({ params, extras }: Typed, client: Client, context: Context) {
    const thread_id = await findThread(client, String(params["thread_id"]));
    const question = `Delete thread ${thread_id} with its turns and its workspace?`;
    await agree(context, extras, question, `harness thread delete ${thread_id} --yes`);
    return { thread_id };
  },
  show(_, { err }) {
    err.line("Deleted.");
    return undefined;
  },
});

/** The commands about threads, but those that talk in one. */
export const threadCommands: readonly CommandDefinition[] = [
  list,
  show,
  items,
  turn,
  diff,
  ...threadQueueCommands,
  resume,
  fork,
  rollback,
  publish,
  prove,
  compact,
  remove,
];
