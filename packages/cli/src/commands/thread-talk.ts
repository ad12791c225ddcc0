import { type CommandDefinition, type Context, operationCommand, type Typed } from "../command.ts";
import type { Client } from "../connection.ts";
import { exitCodes } from "../failure.ts";
import { checkParams, optionForms } from "../options.ts";
import { shortId } from "../terminal/words.ts";
import { findThread, findTurn } from "../thread-reference.ts";
import { approvalOptions } from "./approval-options.ts";
import { followSaid } from "./follow-turn.ts";
import { projectHere } from "./task.ts";
import { threadId, turnId, wordsOf } from "./thread-words.ts";

const followOption = {
  flags: "--no-follow",
  doc: "Do not wait for the answer",
  path: "follow",
};

const followNotes = `Follows the turn to its end; Ctrl-C leaves it running. Exit code: 0 completed, 1 failed or cancelled, 130 left.
With --json: the exact result, then one event a line.`;

const startForms = optionForms("thread/start", [], approvalOptions);

const start = operationCommand("thread/start", {
  positionals: [
    { param: "input", variadic: true, doc: "What to say at once; - reads it from standard input" },
  ],
  options: approvalOptions,
  extras: [followOption],
  notes: `Without --project: the registered project of the current directory, else the default project.
With words they are said, and the answer is followed: see harness thread say.

${followNotes}`,
  async run(context, typed) {
    const { input: given, ...params }: Record<string, unknown> = typed.params;
    await using connection = await context.connect();
    const { client } = connection;
    const input = given === undefined ? undefined : await wordsOf(given, context, "input");
    if (params["cwd"] === undefined) params["project"] ??= await projectHere(client, context);
    const result = await client.call("thread/start", checkParams("thread/start", params, startForms()));
    const { thread_id, thread } = result;
    if (context.json) context.out.json(result);
    else
      (input === undefined ? context.out : context.err).facts([
        ["thread", thread_id],
        ["agent", thread.agent],
        ["title", thread.title],
        ["say", input === undefined ? `harness thread say ${shortId(thread_id)} "what to do"` : null],
      ]);
    if (input === undefined) return exitCodes.ok;
    return say(client, context, { thread_id, input }, typed.extras["follow"] !== false);
  },
  show: () => undefined,
});

const sayOptions = {
  when_busy: [
    { flags: "--queue", doc: "While a turn runs: say it after it", path: "when_busy", value: "queue" },
    { flags: "--steer", doc: "While a turn runs: say it in the middle", path: "when_busy", value: "steer" },
  ],
};
const sayForms = optionForms("turn/start", ["thread_id", "input"], sayOptions);

const sayCommand = operationCommand("turn/start", {
  positionals: [
    threadId,
    { param: "input", variadic: true, doc: "What to say; - reads it from standard input" },
  ],
  options: sayOptions,
  extras: [followOption],
  notes: followNotes,
  async run(context, { params, extras }) {
    const input = await wordsOf(params["input"], context, "input");
    await using connection = await context.connect();
    const { client } = connection;
    const thread_id = await findThread(client, String(params["thread_id"]));
    return say(client, context, { ...params, thread_id, input }, extras["follow"] !== false);
  },
  show: () => undefined,
});

/** Says something and, unless it is not wanted, follows what comes of it. */
async function say(
  client: Client,
  context: Context,
  params: Readonly<Record<string, unknown>> & { readonly thread_id: string },
  follow: boolean,
): Promise<number> {
  const asked = checkParams("turn/start", params, sayForms());
  // What comes of it comes after this.
  const { last_seq } = await client.call("server/status", {});
  const said = await client.call("turn/start", asked);
  if (context.json) context.out.json(said);
  else if (said.outcome === "queued") context.err.line(`Queued as ${said.input_id}.`);
  else if (!follow)
    context.out.facts([
      ["turn", said.turn_id],
      ["outcome", said.outcome],
    ]);
  if (!follow) return exitCodes.ok;
  return followSaid(client, context, { thread_id: params.thread_id, said, after_seq: last_seq });
}

const steer = operationCommand("turn/steer", {
  positionals: [
    turnId,
    { param: "instruction", variadic: true, doc: "What to say; - reads it from standard input" },
  ],
  notes: "An agent that takes no words while it works refuses them: use harness thread say --queue then.",
  async prepare({ params }, client, context) {
    const instruction = await wordsOf(params["instruction"], context, "instruction");
    return { turn_id: await findTurn(client, String(params["turn_id"])), instruction };
  },
  show(_, { err }) {
    err.line("The agent has the words.");
    return undefined;
  },
});

const interrupt = operationCommand("turn/cancel", {
  positionals: [turnId],
  prepare: named,
  show(_, { err }) {
    err.line("Interrupted. What it did so far is kept.");
    return undefined;
  },
});

/** The parameters with the turn's full id. */
export async function named({ params }: Typed, client: Client): Promise<Record<string, unknown>> {
  return { ...params, turn_id: await findTurn(client, String(params["turn_id"])) };
}

/** The commands that talk with an agent. */
export const threadTalkCommands: readonly CommandDefinition[] = [start, sayCommand, steer, interrupt];
