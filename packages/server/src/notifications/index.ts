export { Notifier } from "./notifier.ts";
export { senderOf } from "./senders.ts";
export { pruneNotifications } from "./store.ts";
