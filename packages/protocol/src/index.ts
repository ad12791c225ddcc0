export { TaskActivity } from "./activity.ts";
export {
  Approval,
  ApprovalKind,
  ApprovalProfile,
  ApprovalQuestion,
  ApprovalRule,
  ApprovalScope,
  ApprovalSettings,
  ApprovalStatus,
  answerCommands,
  ExpiryPolicy,
} from "./approval.ts";
export {
  BudgetMode,
  BudgetPeriod,
  BudgetScope,
  BudgetSelector,
  BudgetState,
  budgetPeriods,
  budgetScopes,
  Caps,
  Left,
  LimitsOfTask,
  NightBudget,
  noCaps,
  Spent,
} from "./budget.ts";
export { Change } from "./change.ts";
export { type Clock, callAt, systemClock } from "./clock.ts";
export type { CommitFile } from "./commit-file-operations.ts";
export { CostGroup, CostRow, CostSource, CostSum, costGroups, exactUsd } from "./cost.ts";
export {
  type ErrorCode,
  type ErrorDetails,
  errorCatalogue,
  HarnessError,
  type Issue,
  isHarnessError,
  type Retry,
} from "./errors.ts";
export {
  Event,
  type EventOf,
  type EventScope,
  type EventType,
  eventData,
  eventTypes,
  liveTextTypes,
  type NewEvent,
  StreamItem,
} from "./event.ts";
export {
  Evidence,
  Finding,
  Grade,
  ReviewAnswer,
  ReviewRound,
  Severity,
  TestCounts,
} from "./evidence.ts";
export {
  type DecidingHookEvent,
  decidingHookEvents,
  HookEvent,
  HookOutcome,
  HookRun,
  hookEvents,
  toolHookEvents,
} from "./hook.ts";
export {
  createIdFactory,
  type IdKind,
  idPattern,
  idPrefixes,
  type NewId,
} from "./ids.ts";
export { Item } from "./item.ts";
export {
  ListDefaults,
  ListFormat,
  ListLimits,
  ListProblem,
  ListSkipped,
  ListStart,
  ListTask,
  ListWarning,
  MAX_LIST_BYTES,
  MAX_LIST_ITEMS,
  SubmittedList,
} from "./list.ts";
export {
  Notification,
  NotificationKind,
  NotificationMessage,
  NotificationState,
  notificationKinds,
} from "./notification.ts";
export { commonErrors, type Operation, operation, parseRoute, type Route, type Scope } from "./operation.ts";
export {
  type OperationName,
  type Operations,
  operations,
  type Params,
  type Parsed,
  type Result,
} from "./operations.ts";
export { ListedRule, PolicyDecision, PolicyExplanation, RuleFault } from "./policy.ts";
export { Problem } from "./problem.ts";
export {
  AllowedHost,
  Project,
  ProjectFileState,
  ProjectProposal,
  ProjectSettings,
  ReviewSettings,
  ValidationCommand,
} from "./project.ts";
export { TaskRating } from "./rating.ts";
export { TurnReplay } from "./replay-operations.ts";
export {
  type BranchConflict,
  type LandingOrder,
  type LandingStep,
  type NightSpend,
  Report,
  type ReportAccount,
  type ReportFailed,
  type ReportFinished,
  type ReportGoingOn,
  type ReportNeed,
  type ReportServer,
  type Spend,
} from "./report.ts";
export { type ListedProblem, type ProblemKind, problemKinds } from "./report-problem.ts";
export {
  eventMethod,
  type RpcMethodName,
  RpcNotification,
  type RpcNotificationName,
  rpcLimits,
  rpcMethods,
  rpcNotifications,
  rpcPath,
} from "./rpc.ts";
export {
  Confinement,
  confines,
  isWithinProfile,
  SandboxDriverName,
  SandboxNeed,
  SandboxNetwork,
  SandboxProfile,
  SandboxProfileWord,
  SandboxRecord,
  sandboxAliases,
  sandboxProfile,
} from "./sandbox.ts";
export {
  AgentAccount,
  type AgentState,
  DoctorCheck,
  KeepAwakeState,
  Supervision,
} from "./server-operations.ts";
export {
  ChatAnswer,
  PlanAuthoring,
  PlanFollowup,
  PlanJob,
  PlanState,
  Session,
  SessionId,
} from "./session.ts";
export { DayStats } from "./stats-operations.ts";
export { EventFrame, type StreamName, streams, WsClientMessage, WsServerMessage } from "./streams.ts";
export { Attempt, Proof, Stage, Task, TaskArtifact, TaskDetail, TaskId, TaskPrompt } from "./task.ts";
export {
  Intervention,
  ModuleIteration,
  ModuleProgress,
  PlanAnswer,
  PlanModule,
  Requirements,
  TaskPlan,
  WorkStatus,
  workStatusOf,
} from "./task-plan.ts";
export { ProvenCheckpoint, StoredTaskRequest, TaskCreated, TaskRequest } from "./task-request.ts";
export {
  type TaskSocketBody,
  TaskSocketInput,
  TaskSocketMessage,
} from "./task-socket.ts";
export { MOST_TEMPLATES, TaskTemplate, TemplateName, Templates } from "./template.ts";
export {
  ForkOrigin,
  Publication,
  QueuedInput,
  Thread,
  ThreadId,
  ThreadItem,
  ThreadProof,
  ThreadStatus,
  Turn,
  TurnId,
  TurnStatus,
} from "./thread.ts";
export { AccessToken, tokenScopes } from "./token-operations.ts";
export { TurnTelemetry } from "./turn-telemetry.ts";
export { instantOf, type WallTime, wallTimeAt } from "./wall-time.ts";
export { shellWord, span } from "./wording.ts";
export {
  AccountState,
  AttemptStatus,
  BlockReason,
  CommitSha,
  type ExecutionStrategy,
  ExecutionStrategyWord,
  executionStrategies,
  Failure,
  Landing,
  RefName,
  Role,
  runningStatuses,
  SchedulerState,
  StageName,
  StageOutcome,
  StrategyChoice,
  stageNames,
  TaskStatus,
  Timestamp,
  taskStatuses,
  terminalStatuses,
  Usage,
  Verdict,
} from "./words.ts";
export { resultCaps } from "./work-operations.ts";
