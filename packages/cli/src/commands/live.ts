import type { Event, Params, StreamItem, TaskStatus } from "@harness/protocol";
import { type CommandDefinition, type Context, operationCommand } from "../command.ts";
import type { Client } from "../connection.ts";
import { exitCodeOf, exitCodes } from "../failure.ts";
import { followTask } from "../follow.ts";
import { checkParams, optionForms, readNumber } from "../options.ts";
import { findTask } from "../task-reference.ts";
import { neutralJson } from "../terminal/neutral.ts";
import { eventLine, streamLine, tell } from "../terminal/progress.ts";
import { showBlock } from "./task-page.ts";

/** What the exit code of a command that follows a task says. */
export const exitNotes = `Exit code: 0 done, 3 no_change, 4 waiting, 5 failed, 6 budget_exhausted, 130 cancelled or left;
2 wrong usage or a refused request, 1 anything else.`;

const watch: CommandDefinition = {
  path: "task watch",
  summary: "Follow a task until it ends; a finished one is replayed",
  positionals: [{ param: "task_id", required: true, doc: "Task id, the end of one, or last for the newest" }],
  forms: () => [],
  extras: [
    {
      flags: "--until-waiting",
      doc: "Also stop when only a person can make it go on",
      path: "until_waiting",
    },
  ],
  absent: {},
  notes: `With --json: one StreamItem a line.\n\n${exitNotes}`,
  async run(context, { params, extras }) {
    await using connection = await context.connect();
    const task_id = await findTask(connection.client, String(params["task_id"]));
    const leaving = new AbortController();
    const off = context.surroundings.onSignal(() => leaving.abort());
    try {
      const status = await followTask(connection.client, {
        task_id,
        signal: leaving.signal,
        untilWaiting: extras["until_waiting"] === true,
        onItem: (item) => showItem(item, context),
      });
      if (leaving.signal.aborted) return exitCodes.cancelled;
      return await showEnd(connection.client, task_id, status, context);
    } finally {
      off();
    }
  },
};

/** One frame of a task's stream: a line for reading, or itself as JSON. */
function showItem(item: StreamItem, context: Context): void {
  if (context.json) context.surroundings.stdout.write(`${neutralJson(item)}\n`);
  else tell(streamLine(item), context.out);
}

async function showEnd(
  client: Client,
  task_id: string,
  status: TaskStatus,
  context: Context,
): Promise<number> {
  if (!context.json && status === "waiting")
    showBlock(await client.call("task/get", { task_id }), context.out);
  return exitCodeOf(status);
}

const logForms = optionForms("event/query", ["task_id"], {});

const logs = operationCommand("event/query", {
  positionals: [{ param: "task_id", doc: "Only of this task: its id, the end of one, or last" }],
  options: {
    type: [
      { flags: "--type <type>", doc: "Only events of this type (repeatable)", path: "type", many: true },
    ],
    limit: [
      {
        flags: "--limit <number>",
        doc: "At most so many events; all unless told",
        path: "limit",
        read: readNumber,
      },
    ],
    project_id: [{ flags: "--project <id>", doc: "Only of this project, by id", path: "project_id" }],
  },
  notes: "With --json: one page, as the server answers it; go on with --after-seq. Otherwise every page.",
  async run(context, { params }) {
    await using connection = await context.connect();
    const { client } = connection;
    const filled: Record<string, unknown> = { ...params };
    if (typeof filled["task_id"] === "string") filled["task_id"] = await findTask(client, filled["task_id"]);
    const query: Params<"event/query"> = checkParams("event/query", filled, logForms());
    const typed = query.type !== undefined;
    let page = await client.call("event/query", query);
    if (context.json) {
      context.out.json(page);
      return exitCodes.ok;
    }
    for (;;) {
      for (const event of page.data) showEvent(event, context, typed);
      const last = page.data.at(-1);
      if (!page.has_more || query.limit !== undefined || last === undefined) return exitCodes.ok;
      page = await client.call("event/query", { ...query, after_seq: last.seq });
    }
  },
  show: () => undefined,
});

/** An event as a line; events without anything to read are shown only when their type was asked for. */
function showEvent(event: Event, { out }: Context, asked: boolean): void {
  const told = eventLine(event.type, event.data);
  if (told === undefined && !asked) return;
  if (!out.isTerminal) {
    tell(
      [told?.[0].trim() ?? neutralJson(event.data)],
      out,
      `${event.seq}\t${event.at}\t${event.type}\t`,
      true,
    );
    return;
  }
  const before = out.paint("dim", `${String(event.seq).padStart(6)} ${event.at.slice(11, 23)} `);
  tell(told ?? [`${event.type} ${neutralJson(event.data)}`, "dim"], out, before);
}

/** The commands that show what happens to a task. */
export const liveCommands: readonly CommandDefinition[] = [watch, logs];
