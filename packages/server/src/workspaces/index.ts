export { branchName } from "./branch-name.ts";
export { type MergePair, TrialMerges, type TrialResult } from "./conflicts.ts";
export { type Leaving, secretsLeaving } from "./leaving-secrets.ts";
export type { FileText } from "./read-files.ts";
export { removeTree } from "./remove-tree.ts";
export type { Snapshot } from "./snapshots.ts";
export type {
  ChangedFile,
  CheckoutPurpose,
  Diff,
  DiffStat,
  OpenedWorkspace,
  Published,
  RepositoryFacts,
  Skipped,
  SkipReason,
  SnapshotLimits,
  SnapshotOutcome,
  WorkspaceEntry,
} from "./workspace.ts";
export { Workspaces, type WorkspacesDeps } from "./workspaces.ts";
