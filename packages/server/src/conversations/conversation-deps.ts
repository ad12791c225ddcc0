import type { Caps, Clock, NewId } from "@harness/protocol";
import type { AgentRegistry } from "../agents/index.ts";
import type { Amounts, Moment } from "../budgets/index.ts";
import type { Config } from "../config/index.ts";
import type { EventLog, WriteTx } from "../events/index.ts";
import type { ProcessRunner } from "../process/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import type { DiskSpace, Storage } from "../storage/index.ts";
import type { ThreadRecord, TurnRecord } from "../threads/index.ts";
import type { Failpoint, TurnDeps } from "../turns/index.ts";
import type { Workspaces } from "../workspaces/index.ts";

/** The caps of projects and nights, as a conversation is held to them. */
export interface SharedCaps {
  open(): Promise<void>;
  use(project: string, amounts: Amounts): void;
  save(tx: WriteTx, project: string, ...moments: readonly number[]): Promise<void>;
  count(tx: WriteTx, project: string, amounts: Amounts): Promise<void>;
  reached(project: string, moment: Moment): { readonly why: string } | undefined;
  remainingUsd(project: string): number | undefined;
  watch(live: {
    readonly id: string;
    readonly task_id: string;
    readonly project_id: string;
    readonly limits: Caps;
    readonly wall_ms: number;
    readonly since: number;
    readonly stop: (end: object) => void;
  }): void;
  forget(id: string): void;
}

/** What conversations are built from. */
export interface ConversationDeps {
  readonly log: EventLog;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly runner: ProcessRunner;
  readonly sandbox: Sandbox;
  readonly workspaces: Workspaces;
  readonly agents: AgentRegistry;
  readonly config: Pick<Config, "sandbox" | "limits" | "concurrency" | "approvals" | "agents">;
  readonly paths: { readonly root: string };
  readonly caps: SharedCaps;
  readonly space: Pick<DiskSpace, "shortage" | "report">;
  readonly turns: TurnDeps;
  readonly redact: (text: string) => string;
  readonly random: () => number;
  readonly failpoint: Failpoint;
  readonly logger: {
    info(obj: object, msg: string): void;
    warn(obj: object, msg: string): void;
    error(obj: object, msg: string): void;
  };
}

/** Why a turn of a conversation is stopped. */
export type TurnStopReason =
  | { readonly type: "interrupt"; readonly actor: string }
  | { readonly type: "park"; readonly approval_id: string; readonly summary: string }
  | { readonly type: "budget"; readonly why: string; readonly urgent: true }
  | { readonly type: "server"; readonly urgent: true };

/** A turn of a conversation while it runs here. */
export interface RunningTurn {
  readonly thread: ThreadRecord;
  readonly turn: TurnRecord;
  /** True when it goes on after a person answered. */
  readonly resumed: boolean;
  readonly signal: AbortSignal;
  readonly stop: (reason: TurnStopReason) => void;
}
