import type { Project, TaskDetail } from "@harness/protocol";
import type { CommandDefinition, Context, Typed } from "../command.ts";
import type { Client } from "../connection.ts";
import { CommandFailure, exitCodeOf, exitCodes, hasCode, usageFailure } from "../failure.ts";
import { followTask } from "../follow.ts";
import { checkParams, optionForms } from "../options.ts";
import { repositoryRoot } from "../repository.ts";
import { readAll } from "../terminal/ask.ts";
import { streamLine, tell } from "../terminal/progress.ts";
import { count, shortId, shortSha, statusTone, statusWord, usageText } from "../terminal/words.ts";
import { approvalOptions } from "./approval-options.ts";
import { exitNotes } from "./live.ts";
import { registerProject } from "./register.ts";
import { showBlock } from "./task-page.ts";

/** Parameters of a submission that make no sense for one task in the current repository. */
const left = ["issue", "pr", "repo", "wait_secs", "parent_task_id", "depends_on", "idempotency_key"];
const forms = optionForms("task/create", ["prompt", ...left], {
  ...approvalOptions,
  labels: [{ flags: "--label <text>", doc: "Label (repeatable)", path: "labels", many: true }],
});

/** `harness exec`: one task in the current repository, from the prompt to the exit code. */
export const execCommand: CommandDefinition = {
  path: "exec",
  summary: "Do one task in the current repository and wait for its end",
  positionals: [
    {
      param: "prompt",
      variadic: true,
      required: true,
      doc: "What to do, in plain words; - reads it from standard input",
    },
  ],
  forms,
  extras: [{ flags: "-y, --yes", doc: "Register the repository as proposed, without asking", path: "yes" }],
  absent: {},
  notes: `Uses the running server; without one it serves by itself until the task ends.
Progress goes to standard error, the result to standard output. Ctrl-C cancels the task; twice leaves at once.

${exitNotes}`,
  async run(context, typed) {
    const prompt = await readPrompt(context, typed);
    const root = repositoryRoot(context.surroundings.cwd);
    if (root === undefined && typed.params["project"] === undefined)
      throw usageFailure(`${context.surroundings.cwd} is not in a git repository.`, {
        hint: "Go to a repository, or name a registered one with --project.",
      });
    await using connection = await context.connectOrServe();
    const { client } = connection;
    const project =
      typeof typed.params["project"] === "string"
        ? typed.params["project"]
        : (await projectOf(client, context, root ?? "", typed.extras["yes"] === true)).name;
    const params = checkParams("task/create", { ...typed.params, prompt, project }, forms());
    const { task_id } = await client.call("task/create", params);
    context.err.line(`Task ${task_id} in ${project}${connection.own ? `, served by this command` : ""}`);
    const code = await followToEnd(client, context, task_id);
    if (code === undefined) return exitCodes.cancelled;
    const task = await client.call("task/get", { task_id });
    if (context.json) context.out.json(task);
    else showOutcome(task, context, connection.own);
    return code;
  },
};

async function readPrompt(context: Context, { params }: Typed): Promise<string> {
  const words = params["prompt"];
  const prompt = words === "-" ? await readAll(context.surroundings.stdin) : String(words);
  if (prompt.trim() === "") throw usageFailure("The prompt is empty. Say what to do.", { field: "prompt" });
  return prompt;
}

/** The registered project of a repository; an unknown repository is shown and registered first. */
async function projectOf(client: Client, context: Context, root: string, yes: boolean): Promise<Project> {
  try {
    return await client.call("project/get", { project: root });
  } catch (error) {
    if (!hasCode(error, "project_not_found")) throw error;
  }
  context.err.line("This repository is not registered yet. Harness proposes:");
  const instead = "harness exec --yes … (or first: harness project add)";
  return registerProject(client, context, { root, chosen: {}, yes, instead });
}

/** Shows progress until the task ends or waits for a person; undefined when the person left. */
async function followToEnd(client: Client, context: Context, task_id: string): Promise<number | undefined> {
  const leaving = new AbortController();
  let asked = 0;
  const off = context.surroundings.onSignal(() => {
    asked += 1;
    if (asked > 1) {
      leaving.abort();
      context.surroundings.leave(exitCodes.cancelled);
      return;
    }
    context.err.line("Cancelling the task. Once more to leave at once.");
    client
      .call("task/cancel", { task_id, reason: "interrupted at the terminal" })
      .catch((error: unknown) => sayCancelFailed(context, error));
  });
  try {
    const status = await followTask(client, {
      task_id,
      signal: leaving.signal,
      untilWaiting: true,
      onItem: (item) => tell(streamLine(item), context.err),
    });
    return leaving.signal.aborted ? undefined : exitCodeOf(status);
  } finally {
    off();
  }
}

function sayCancelFailed(context: Context, error: unknown): void {
  if (hasCode(error, "illegal_transition")) return;
  const reason = error instanceof CommandFailure || error instanceof Error ? error.message : String(error);
  context.err.line(`The task could not be cancelled: ${reason}`);
}

function showOutcome(task: TaskDetail, { out, err }: Context, own: boolean): void {
  const { changes, evidence, review, grade } = task;
  out.facts([
    ["task", task.id],
    ["status", statusWord(task.status, !out.isTerminal), statusTone(task.status)],
    ["branch", task.branch, "green"],
    ["commit", shortSha(task.head_sha)],
    ["changes", changes && `${count(changes.files, "file")}, +${changes.insertions} -${changes.deletions}`],
    ["validation", evidence.state, evidence.state === "passed" ? "green" : "yellow"],
    ["review", review.state, review.state === "approved" ? "green" : "yellow"],
    ["accepted", task.accepted.join(", "), "yellow"],
    ["grade", grade?.letter],
    ["usage", usageText(task.usage)],
    ["error", task.error && `${task.error.code}: ${task.error.message}`, "red"],
  ]);
  showBlock(task, out);
  if (task.status === "waiting" && own) err.line("Start the server to go on: harness serve");
  else if (task.status === "done") err.line(`See the change: harness task diff ${shortId(task.id)}`);
}
