export { Composer, type Sending } from "./composer.tsx";
export type { RowPlaces } from "./entry-row.tsx";
export { FoldedText } from "./folded-text.tsx";
export { QueuedInputs } from "./queued-inputs.tsx";
export { StopTurn } from "./stop-turn.tsx";
export type { FollowedThread, ThreadView } from "./thread-follower.ts";
export { ThreadLog } from "./thread-log.tsx";
export { useThread } from "./use-thread.ts";
export { WordsField } from "./words-field.tsx";
