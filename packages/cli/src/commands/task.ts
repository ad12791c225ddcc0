import { type CommandDefinition, type Context, operationCommand, type Positional } from "../command.ts";
import type { Client } from "../connection.ts";
import { hasCode, usageFailure } from "../failure.ts";
import { repositoryRoot } from "../repository.ts";
import { readAll } from "../terminal/ask.ts";
import { ago, shortId, statusTone, statusWord } from "../terminal/words.ts";
import { afterDoneCommands } from "./after-done.ts";
import { approvalOptions } from "./approval-options.ts";
import { listNotes, listOptions, refuseListOptions, submitList } from "./list-submit.ts";
import { taskMarkCommands } from "./task-marks.ts";
import { showTask } from "./task-page.ts";
import {
  diffNotes,
  diffView,
  diffViews,
  showArtifacts,
  showDiff,
  showPrompts,
  showProof,
} from "./task-results.ts";
import { workCommands } from "./work.ts";

const taskId: Positional = {
  param: "task_id",
  required: true,
  doc: "Task id, the end of one, or last for the newest",
};

const submitOne = operationCommand("task/create", {
  positionals: [
    { param: "prompt", variadic: true, doc: "What to do, in plain words; - reads it from standard input" },
  ],
  options: {
    ...approvalOptions,
    answers: [
      {
        flags: "--answer <text>",
        doc: "Answer to the next of the questions a task begins with: goal, approach, technologies, libraries, docs (repeatable)",
        path: "answers",
        many: true,
      },
    ],
    labels: [{ flags: "--label <text>", doc: "Label (repeatable)", path: "labels", many: true }],
    parent_task_id: [{ flags: "--parent <task>", doc: "Task this one belongs to", path: "parent_task_id" }],
    depends_on: [
      {
        flags: "--depends-on <task>",
        doc: "Wait for this task (repeatable)",
        path: "depends_on",
        many: true,
      },
    ],
  },
  extras: listOptions,
  notes: `Without --project: the registered project of the current directory, else the default project.

${listNotes}`,
  async prepare(typed, client, context) {
    refuseListOptions(typed);
    const params: Record<string, unknown> = { ...typed.params };
    if (params["prompt"] === "-") params["prompt"] = await readAll(context.surroundings.stdin);
    if (params["prompt"] === "" || (!params["prompt"] && !params["issue"] && !params["pr"]))
      throw usageFailure("Say what to do.", {
        field: "prompt",
        hint: 'For example: harness task submit "Fix the failing test"',
      });
    params["project"] ??= await projectHere(client, context);
    return params;
  },
  show(result, { out }) {
    out.facts([
      ["task", result.task_id],
      ["status", statusWord(result.status, !out.isTerminal)],
      ["follow", `harness task watch ${shortId(result.task_id)}`],
    ]);
    return undefined;
  },
});

const submit: CommandDefinition = {
  ...submitOne,
  run: (context, typed) =>
    typed.extras["file"] === undefined
      ? submitOne.run(context, typed)
      : submitList(context, typed, projectHere),
};

/** The registered project of the current directory; undefined leaves the choice to the server. */
export async function projectHere(client: Client, context: Context): Promise<string | undefined> {
  const root = repositoryRoot(context.surroundings.cwd);
  if (root === undefined) return undefined;
  try {
    return (await client.call("project/get", { project: root })).name;
  } catch (error) {
    if (hasCode(error, "project_not_found")) return undefined;
    throw error;
  }
}

const list = operationCommand("task/list", {
  options: {
    project_id: [
      {
        flags: "--project <project>",
        doc: "Only of this project (repeatable)",
        path: "project_id",
        many: true,
      },
    ],
  },
  show(result, { out, err, surroundings }) {
    const now = surroundings.clock.now();
    out.table(result.data, [
      { head: "id", cell: ({ id }) => (out.isTerminal ? shortId(id) : id) },
      {
        head: "status",
        cell: ({ status }) => statusWord(status, !out.isTerminal),
        tone: ({ status }) => statusTone(status),
      },
      { head: "project", cell: ({ project }) => project },
      { head: "title", cell: ({ title }) => title, elastic: true },
      { head: "agent", cell: ({ agent }) => agent },
      {
        head: "changes",
        cell: ({ changes }) => (changes ? `+${changes.insertions} -${changes.deletions}` : ""),
      },
      { head: "grade", cell: ({ grade }) => grade?.letter ?? "" },
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

const show = operationCommand("task/get", {
  positionals: [taskId],
  show(task, context) {
    showTask(task, context);
    return undefined;
  },
});

/** Shows where a task is after a command that moved it. */
function moved(
  result: { task_id: string; status: Parameters<typeof statusWord>[0] },
  { out }: Context,
): undefined {
  out.facts([
    ["task", result.task_id],
    ["status", statusWord(result.status, !out.isTerminal), statusTone(result.status)],
  ]);
}

const cancel = operationCommand("task/cancel", { positionals: [taskId], show: moved });
const retry = operationCommand("task/retry", {
  positionals: [taskId],
  options: {
    fresh: [{ flags: "--fresh", doc: "Start from the base instead of the kept work", path: "fresh" }],
  },
  show: moved,
});
const unblock = operationCommand("task/unblock", { positionals: [taskId], show: moved });
const proof = operationCommand("task/proof", {
  positionals: [taskId],
  show: (result, { out }) => showProof(result, out),
});
const prompts = operationCommand("task/prompts", {
  positionals: [taskId],
  show: (result, { out }) => showPrompts(result, out),
});
const artifacts = operationCommand("task/artifacts", {
  positionals: [taskId],
  show: (result, { out }) => showArtifacts(result, out),
});
const diff = operationCommand("task/diff", {
  positionals: [taskId],
  extras: diffViews,
  notes: diffNotes,
  show: (result, { out, err }, typed) => showDiff(result, out, err, diffView(typed)),
});

/** The commands about tasks, but those that follow one live. */
export const taskCommands: readonly CommandDefinition[] = [
  submit,
  list,
  show,
  cancel,
  retry,
  unblock,
  ...afterDoneCommands,
  ...taskMarkCommands,
  ...workCommands,
  proof,
  prompts,
  artifacts,
  diff,
];
