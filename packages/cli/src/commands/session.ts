import { type CommandDefinition, operationCommand } from "../command.ts";
import { ago } from "../terminal/words.ts";

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
  positionals: [
    {
      param: "session_id",
      required: true,
      doc: "Its name, or the id of its thread; see harness session list",
    },
  ],
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

/** The commands about sessions, as seed 2 calls conversations. */
export const sessionCommands: readonly CommandDefinition[] = [list, show];
