export { type Checkpoint, checkpointOf } from "./checkpoint.ts";
export type { ConversationDeps } from "./conversation-deps.ts";
export { Conversations } from "./conversations.ts";
export { publishThread } from "./publish-thread.ts";
export { forkThread, rollBack } from "./thread-history.ts";
