import path from "node:path";
import type { Result } from "@harness/protocol";
import {
  type CommandDefinition,
  type Context,
  operationCommand,
  type Positional,
  type Typed,
} from "../command.ts";
import type { Client } from "../connection.ts";
import { CommandFailure, exitCodes, usageFailure } from "../failure.ts";
import { findTask } from "../task-reference.ts";
import { confirm, readAll } from "../terminal/ask.ts";
import { commandText, shortId, shortSha, statusTone, statusWord } from "../terminal/words.ts";

const taskId: Positional = {
  param: "task_id",
  required: true,
  doc: "Task id, the end of one, or last for the newest",
};

const accept = operationCommand("task/accept", {
  positionals: [taskId],
  notes:
    "A done task: without --into its base branch is offered, and where nobody can answer nothing is landed.\nA waiting task: what is unproven of it is accepted, and it goes on.",
  async prepare({ params }, client, context) {
    if (params["into"] !== undefined) return { ...params };
    const task_id = await findTask(client, String(params["task_id"]));
    const task = await client.call("task/get", { task_id });
    if (task.status !== "done") return { ...params, task_id };
    const into = task.base_branch;
    const question = `Merge ${task.branch} (${shortSha(task.head_sha)}) into ${into} of ${task.project}?`;
    await agree(context, question, `harness task accept ${task_id} --into ${into}`, "Nothing was landed.");
    // What the person was shown is what lands.
    return { head_sha: task.head_sha ?? undefined, ...params, task_id, into };
  },
  show(result, { out, err }) {
    out.facts([
      ["task", result.task_id],
      ["status", statusWord(result.status, !out.isTerminal), statusTone(result.status)],
      ["landed", result.landed && `${result.landed.how} into ${result.landed.branch}`, "green"],
      ["commit", result.landed && shortSha(result.landed.commit)],
      ["verified", result.verified === null ? null : result.verified ? "yes" : "no"],
      ["checkout", result.checkout],
    ]);
    if (result.verified === false && result.landed)
      err.line(
        result.landed.how === "fast_forward"
          ? "This commit was not validated: a person chose to take it as it is."
          : "The merged commit itself was not validated. Run your tests on it.",
      );
    return undefined;
  },
});

const revise = operationCommand("task/revise", {
  positionals: [
    taskId,
    {
      param: "prompt",
      variadic: true,
      doc: "What to change, in plain words; - reads it from standard input",
    },
  ],
  async prepare({ params }, _client, context) {
    const prompt = params["prompt"] === "-" ? await readAll(context.surroundings.stdin) : params["prompt"];
    if (typeof prompt !== "string" || prompt.trim() === "")
      throw usageFailure("Say what to change.", {
        field: "prompt",
        hint: 'For example: harness task revise last "Name it total, not sum"',
      });
    return { ...params, prompt };
  },
  show(result, { out }) {
    out.facts([
      ["task", result.task_id],
      ["status", statusWord(result.status, !out.isTerminal), statusTone(result.status)],
      ["revision", String(result.revision)],
      ["follow", `harness task watch ${shortId(result.task_id)}`],
    ]);
    return undefined;
  },
});

const checkout = operationCommand("task/checkout", {
  positionals: [taskId],
  options: {
    path: [
      {
        flags: "--path <dir>",
        doc: "New directory for it; beside the repository unless told",
        path: "path",
      },
    ],
    switch: [
      {
        flags: "--switch",
        doc: "Switch the repository's own checkout to the branch, when it is clean",
        path: "switch",
      },
    ],
  },
  notes: "Makes a worktree of the repository, so commits made there are yours and stay when it is removed.",
  async prepare({ params }, _client, { surroundings }) {
    const { path: dir } = params;
    return { ...params, ...(typeof dir === "string" ? { path: path.resolve(surroundings.cwd, dir) } : {}) };
  },
  show(result, { out, err }) {
    out.facts([
      ["path", result.path],
      ["branch", result.branch, "green"],
      ["commit", shortSha(result.commit)],
      ["go", `cd ${commandText([result.path])}`, "bold"],
    ]);
    if (!result.created) err.line("It was checked out there already.");
    return undefined;
  },
});

const discard = operationCommand("task/discard", {
  positionals: [taskId],
  extras: [{ flags: "--yes", doc: "Do not ask", path: "yes" }],
  async prepare({ params, extras }: Typed, client: Client, context: Context) {
    const task_id = await findTask(client, String(params["task_id"]));
    if (extras["yes"] === true) return { task_id };
    const task = await client.call("task/get", { task_id });
    const stays = task.landed ? ` What landed in ${task.landed.branch} stays.` : "";
    const question = `Throw away the work of "${task.title}" (${task.status}${task.branch ? `, branch ${task.branch}` : ""})?${stays}`;
    await agree(context, question, `harness task discard ${task_id} --yes`, "Nothing was discarded.");
    return { task_id };
  },
  show: showDiscarded,
});

function showDiscarded(result: Result<"task/discard">, { out, err }: Context): undefined {
  out.facts([
    ["task", result.task_id],
    ["status", statusWord(result.status, !out.isTerminal), statusTone(result.status)],
    ["discarded", result.discarded_at],
    ...result.branches.map(
      ({ branch, deleted }) => [deleted ? "deleted" : "kept", branch, deleted ? "dim" : "yellow"] as const,
    ),
  ]);
  for (const { branch, deleted, why } of result.branches)
    if (!deleted) err.line(`The branch ${branch} was kept. ${why ?? ""}`);
}

/** Asks, and fails without a yes. */
async function agree(context: Context, question: string, instead: string, declined: string): Promise<void> {
  if (await confirm(context, question, instead)) return;
  throw new CommandFailure("declined", declined, { exitCode: exitCodes.usage });
}

/** The commands for work that is there: take it, have it changed, look at it, throw it away. */
export const afterDoneCommands: readonly CommandDefinition[] = [accept, revise, checkout, discard];
