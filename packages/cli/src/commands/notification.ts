import { type CommandDefinition, operationCommand } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { neutralLine } from "../terminal/neutral.ts";
import { ago } from "../terminal/words.ts";

const list = operationCommand("notification/list", {
  show(result, { out, err, surroundings }) {
    const now = surroundings.clock.now();
    out.table(result.data, [
      { head: "kind", cell: ({ kind }) => kind },
      {
        head: "state",
        cell: ({ state }) => state,
        tone: ({ state }) =>
          ({ pending: "cyan", sent: "green", failed: "red", dropped: "dim" })[state] as "dim",
      },
      { head: "channel", cell: ({ channel }) => channel },
      { head: "what", cell: ({ title, body }) => `${title}: ${body}`, elastic: true },
      { head: "run", cell: ({ commands }) => commands[0] ?? "" },
      { head: "error", cell: ({ error }) => error ?? "", tone: () => "red" },
      {
        head: "since",
        cell: ({ created_at }) => (out.isTerminal ? ago(created_at, now) : created_at),
        tone: () => "dim",
      },
    ]);
    if (result.page.has_more && result.page.next_cursor)
      err.line(`There are more: add --cursor ${result.page.next_cursor}`);
    return undefined;
  },
});

const test = operationCommand("notification/test", {
  positionals: [{ param: "channel", doc: "Channel of the configuration; all unless told" }],
  notes: "Exit code 1 when a message did not arrive.",
  show({ results }, { out, err }) {
    for (const { channel, ok, error } of results) {
      const mark = out.paint(ok ? "green" : "red", ok ? "✓" : "✗");
      out.line(`${mark} ${neutralLine(channel)}: ${ok ? "sent" : neutralLine(error ?? "not sent")}`);
    }
    if (results.length === 0) err.line("No channel is configured. Add a [[notify.channels]] table.");
    return results.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.internal;
  },
});

/** What people were told, and whether telling works. */
export const notificationCommands: readonly CommandDefinition[] = [list, test];
