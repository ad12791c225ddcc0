import type { NotificationChannel } from "../config/index.ts";
import { commandSender, desktopSender, type ProgramDeps } from "./program-senders.ts";
import type { Sender } from "./sender.ts";
import { ntfySender, webhookSender } from "./web-senders.ts";

/** What delivers over a channel. */
export function senderOf(channel: NotificationChannel, deps: ProgramDeps): Sender {
  switch (channel.type) {
    case "webhook":
      return webhookSender(channel, deps.clock);
    case "ntfy":
      return ntfySender(channel, deps.clock);
    case "command":
      return commandSender(channel, deps);
    case "desktop":
      return desktopSender(deps);
  }
}
