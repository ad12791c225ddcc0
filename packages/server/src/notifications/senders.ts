import type { NotificationChannel } from "../config/index.ts";
import { commandSender, desktopSender } from "./program-senders.ts";
import type { Sender, SenderDeps } from "./sender.ts";
import { ntfySender, webhookSender } from "./web-senders.ts";

/** What delivers over a channel. */
export function senderOf(channel: NotificationChannel, deps: SenderDeps): Sender {
  switch (channel.type) {
    case "webhook":
      return webhookSender(channel, deps);
    case "ntfy":
      return ntfySender(channel, deps);
    case "command":
      return commandSender(channel, deps);
    case "desktop":
      return desktopSender(deps);
  }
}
