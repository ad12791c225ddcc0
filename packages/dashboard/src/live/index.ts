export type { NotesState, WaitingThing } from "./browser-notes.ts";
export type { Connection, FeedState } from "./event-feed.ts";
export {
  LiveContext,
  type ReadOptions,
  useAct,
  useFeedState,
  useLive,
  useObserved,
  useRead,
  useTasks,
  useTaskTable,
} from "./hooks.ts";
export { Live } from "./live.ts";
export { Observable } from "./observable.ts";
export { OnceKey } from "./once-key.ts";
export { followUntilOver, givingTurns } from "./page-turns.ts";
export type { TaskTable } from "./task-store.ts";
export { useWhileShown } from "./while-shown.ts";
