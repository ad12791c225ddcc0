export type { ConversationDeps } from "./conversation-deps.ts";
export { Conversations } from "./conversations.ts";
export { forkThread, rollBack } from "./thread-history.ts";
