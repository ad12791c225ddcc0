export { ActionButtons } from "./action-buttons.tsx";
export { type TaskActionRun, useTaskActions } from "./action-dialog.tsx";
export { actionsFor, type TaskAction, taskActions } from "./actions.ts";
export { AllowedForGood } from "./allowed-for-good.tsx";
export { ApprovalCard } from "./approval-card.tsx";
export { useAsked } from "./asked.ts";
export type { ChangeSource, Place } from "./change-source.ts";
export { ChangeViewer } from "./change-viewer.tsx";
export {
  CollectedBadge,
  CommentList,
  CommentsOf,
  GoesAlong,
  type LineComment,
  useCollected,
  useComments,
} from "./comments/index.ts";
export {
  Composer,
  FoldedText,
  QueuedInputs,
  type RowPlaces,
  type Sending,
  StopTurn,
  ThreadLog,
  type ThreadView,
  useThread,
  WordsField,
} from "./conversation/index.ts";
export { DoctorChecks } from "./doctor-checks.tsx";
export { AgentName, ChangeSize, EvidenceMark, ReviewMark, StatusBadge, UsageText } from "./marks.tsx";
export { PriorityMark, priorityWords } from "./priority.tsx";
export {
  changedWish,
  draftOf,
  type SettingsDraft,
  SettingsFields,
  type SettingsWish,
  settingFields,
  wishOf,
} from "./project-form/index.ts";
export { SinceSelect } from "./since-select.tsx";
export {
  isOver,
  isRunning,
  type Standing,
  standingOf,
  standings,
  standingWords,
  statusWord,
  toneOf,
} from "./standing.ts";
export { useLooks } from "./use-looks.ts";
export { type Prioritize, usePrioritize } from "./use-prioritize.ts";
export { useRate } from "./use-rate.ts";
