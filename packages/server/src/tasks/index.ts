export { attemptHistory, stageHistory } from "./attempt-history.ts";
export {
  type AttemptRef,
  attemptsWithWork,
  attemptWorkspace,
  beat,
  crashCount,
  crashedAttempts,
  endAttempt,
  endStage,
  inheritedStages,
  runningAttempts,
  setWorkspace,
  startStage,
  writeAs,
} from "./attempt-store.ts";
export { sumAttempts } from "./attempt-sums.ts";
export { type Claim, type ClaimOptions, claimNext, nextTimer } from "./claim.ts";
export { type Effect, effectDone, effectsOf, intendEffect, intendedEffects } from "./effects.ts";
export {
  anew,
  landTask,
  madeBranches,
  markDiscarded,
  type OwnBranch,
  ownBranches,
  refuseDiscarded,
  refuseWhileClosing,
  reviseTask,
  revisionsOf,
} from "./finished-work.ts";
export { once, pruneIdempotencyKeys } from "./idempotency.ts";
export { intervene, interventionsOf, markDelivered } from "./interventions.ts";
export {
  type Decision,
  isTerminal,
  type RunningStatus,
  type TaskCommand,
  type TaskState,
  type TerminalStatus,
} from "./lifecycle.ts";
export { prioritize, rate } from "./marks.ts";
export { isTestFile, modulesOf } from "./module-files.ts";
export { type NewTask, newTaskRow } from "./new-task.ts";
export {
  exactCounts,
  listTasks,
  maintainedCounts,
  queueCounts,
  type TaskCounts,
  type TaskFilter,
} from "./task-list.ts";
export {
  type Figures,
  iterationsOf,
  judgeModules,
  noteModules,
  planOf,
  progressOf,
  savePlan,
} from "./task-plan.ts";
export {
  type Changes,
  parseTaskRow,
  TaskLimits,
  type TaskRecord,
  usageOf,
} from "./task-row.ts";
export {
  deepestQueues,
  type EndedAlike,
  TaskDay,
  taskDays,
  waitingTasks,
} from "./task-series.ts";
export {
  backlog,
  dependencyReason,
  failureJson,
  findTask,
  getTask,
  insertTask,
  openDependencies,
  patchTask,
  presentTasks,
  scopeOf,
  type TaskPatch,
  transition,
  waitForDependencies,
} from "./task-store.ts";
export { noteBranch } from "./task-words.ts";
export { unlimitedWaits } from "./wait-limit.ts";
