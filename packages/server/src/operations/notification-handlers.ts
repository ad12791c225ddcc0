import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

/** What was told to whom, and a test of the channels. */
export function notificationHandlers({
  notifier,
}: Pick<OperationsDeps, "notifier">): Pick<Handlers, "notification/list" | "notification/test"> {
  return {
    "notification/list": (filter) => notifier.list(filter),
    "notification/test": ({ channel }) => notifier.test(channel),
  };
}
