import type { PlanState } from "@harness/protocol";
import { type CommandDefinition, type Context, operationCommand, type Positional } from "../command.ts";
import type { Client } from "../connection.ts";
import { exitCodes } from "../failure.ts";
import { agree, yesOption } from "../terminal/ask.ts";
import { neutralJson } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";
import { ago } from "../terminal/words.ts";

const sessionId: Positional = {
  param: "session_id",
  required: true,
  doc: "Its name, or the id of its thread; see harness session list",
};

const list = operationCommand("session/list", {
  show(sessions, { out, err, surroundings }) {
    const now = surroundings.clock.now();
    if (sessions.length === 0) err.line("No conversation was begun yet: harness thread start");
    out.table(sessions, [
      { head: "session", cell: ({ id }) => id },
      { head: "title", cell: ({ title }) => title, elastic: true },
      {
        head: "updated",
        cell: ({ updated_at }) => (out.isTerminal ? ago(updated_at, now) : updated_at),
        tone: () => "dim",
      },
    ]);
    return undefined;
  },
});

const show = operationCommand("session/get", {
  positionals: [sessionId],
  notes: "The words only. What an agent did is shown by harness thread items, turns by harness thread show.",
  show({ session_id, messages, plan, agents }, { out }) {
    out.facts([
      ["session", session_id],
      ["stage", plan?.runtime.loop_stage ?? null],
      ["last outcome", plan?.runtime.last_outcome ?? null],
      ["instructions", agents.map(({ path }) => path).join(", ") || null],
    ]);
    for (const { step, status } of plan?.items ?? []) out.facts([[status.replace("_", " "), step]]);
    for (const { role, content } of messages) {
      out.line();
      out.facts([[role, content, role === "user" ? "bold" : undefined]]);
    }
    return undefined;
  },
});

const plan = operationCommand("session/plan", {
  positionals: [sessionId],
  extras: [{ flags: "--follow", doc: "Show it anew after every change, until Ctrl-C", path: "follow" }],
  notes: `What an agent says of itself is CLAIMED; only the phase validated is what Harness ran.
With --follow and --json: one state a line.`,
  async run(context, { params, extras }) {
    await using connection = await context.connect();
    const session_id = String(params["session_id"]);
    if (extras["follow"] === true) return followPlan(connection.client, session_id, context);
    const state = await connection.client.call("session/plan", { session_id });
    if (context.json) context.out.json(state);
    else showState(state, context);
    return exitCodes.ok;
  },
  show: () => undefined,
});

/** Ends when the person leaves; the conversation goes on. */
async function followPlan(client: Client, session_id: string, context: Context): Promise<number> {
  const leaving = new AbortController();
  const off = context.surroundings.onSignal(() => leaving.abort());
  let first = true;
  try {
    for await (const state of client.stream("session_plan", { session_id }, { signal: leaving.signal })) {
      if (context.json) context.surroundings.stdout.write(`${neutralJson(state)}\n`);
      else {
        if (!first) context.out.line();
        showState(state, context);
      }
      first = false;
    }
  } finally {
    off();
  }
  return leaving.signal.aborted ? exitCodes.cancelled : exitCodes.ok;
}

function showState(state: PlanState | null, { out, err }: Context): void {
  if (state === null) err.line("Nothing was said yet: there is no plan.");
  else showPlan(state, out);
}

function showPlan({ explanation, items, runtime }: PlanState, out: Screen): void {
  const { authoring, jobs } = runtime;
  out.facts([
    ["stage", runtime.loop_stage],
    ["last outcome", runtime.last_outcome],
    ["feedback", runtime.last_feedback],
    ["active", runtime.active_command ?? runtime.active_tool],
    ["writes", authoring?.phase.replaceAll("_", " ") ?? null],
    ["files", authoring?.edit_scope.join(", ") || null],
    ["plan", explanation],
  ]);
  for (const { step, status } of items) out.facts([[status.replace("_", " "), step]]);
  if (jobs.length === 0) return;
  out.line();
  out.table(jobs, [
    { head: "job", cell: ({ status }) => status.replace("_", " ") },
    { head: "tool", cell: ({ tool }) => tool },
    { head: "command", cell: ({ command }) => command ?? "", elastic: true },
  ]);
}

const remove = operationCommand("session/delete", {
  positionals: [sessionId],
  extras: [yesOption],
  async prepare({ params, extras }, _, context) {
    const session_id = String(params["session_id"]);
    const question = `Delete session ${session_id} with its turns and its workspace?`;
    await agree(context, extras, question, `harness session delete ${session_id} --yes`);
    return { session_id };
  },
  show(_, { err }) {
    err.line("Deleted.");
    return undefined;
  },
});

/** The commands about sessions, as seed 2 calls conversations. */
export const sessionCommands: readonly CommandDefinition[] = [list, show, plan, remove];
