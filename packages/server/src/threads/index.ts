export {
  addArtifact,
  artifactsOf,
  closeTurnsOf,
  endTurn,
  openThread,
  promptsOf,
  setSession,
  setTurnUsage,
  startTurn,
  turnHistory,
} from "./thread-store.ts";
