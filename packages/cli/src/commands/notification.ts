import type { Notification } from "@harness/protocol";
import { type CommandDefinition, operationCommand } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";
import { told } from "../terminal/told.ts";
import { ago } from "../terminal/words.ts";

const list = operationCommand("notification/list", {
  show(result, { out, err, surroundings }) {
    const now = surroundings.clock.now();
    if (out.isTerminal) for (const note of result.data) showNote(note, now, out);
    else
      out.table(result.data, [
        { head: "kind", cell: ({ kind }) => kind },
        { head: "state", cell: ({ state }) => state },
        { head: "channel", cell: ({ channel }) => channel },
        { head: "what", cell: ({ title, body }) => `${title}: ${body}` },
        { head: "run", cell: ({ commands }) => commands[0] ?? "" },
        { head: "error", cell: ({ error }) => error ?? "" },
        { head: "since", cell: ({ created_at }) => created_at },
      ]);
    if (result.page.has_more && result.page.next_cursor)
      err.line(`There are more: add --cursor ${result.page.next_cursor}`);
    return undefined;
  },
});

const tones = { pending: "cyan", sent: "green", failed: "red", dropped: "dim" } as const;

function showNote(note: Notification, now: number, out: Screen): void {
  const { kind, state, channel, title, body, error, commands, created_at } = note;
  const head = [
    kind.replaceAll("_", " "),
    out.paint(tones[state], state),
    neutralLine(channel),
    out.paint("dim", ago(created_at, now)),
  ].join("  ");
  told(out, head, `${title}: ${body}${error === null ? "" : ` (${error})`}`, commands.slice(0, 1));
}

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
