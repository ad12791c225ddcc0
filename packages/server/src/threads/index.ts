export { deleteThread } from "./delete-thread.ts";
export { editInput, nextInput, queueInput, queueOf, takeInput, threadsWithInput } from "./input-store.ts";
export {
  addItem,
  addWords,
  copyItems,
  itemsOf,
  itemsOfTurn,
  lastWordsOf,
  newestItemsOf,
  placeOfItem,
} from "./item-store.ts";
export {
  dropPublication,
  intendPublication,
  openPublications,
  publicationsOf,
  recordPublication,
} from "./publication-store.ts";
export { runningTurns } from "./running-turns.ts";
export { firstWordsOf, nameSession, namesOf, threadNamed } from "./session-names.ts";
export { addArtifact, addPrompt, artifactsOf, promptsOf } from "./task-texts.ts";
export { conversationIds, listThreads, type ThreadQuery } from "./thread-list.ts";
export {
  createThread,
  findThread,
  getThread,
  type NewThread,
  openThread,
  patchThread,
  presentThread,
  renameThread,
  setSession,
  setThreadStatus,
  type ThreadRecord,
  threadScope,
  UNTITLED,
} from "./thread-store.ts";
export { tasksOfAgents, tasksOfModel } from "./turn-conditions.ts";
export {
  closeTurnsOf,
  copyTurns,
  endTurn,
  findTurn,
  getTurn,
  markRolledBack,
  moveTurn,
  openTurns,
  presentTurn,
  setTurnCommit,
  setTurnUsage,
  startTurn,
  type TurnEnd,
  type TurnRecord,
  turnHistory,
  turnsOfThread,
} from "./turn-store.ts";
export { keepTiming, type TurnTiming, timingOf } from "./turn-timing-store.ts";
export { sumOf } from "./usage-sum.ts";
