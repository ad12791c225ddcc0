import type { Caps, Clock, CostSource, NewId, Usage } from "@harness/protocol";
import type { AgentRegistry } from "../agents/index.ts";
import type { LedgerTurn, Moment, PricedUsage, Used } from "../budgets/index.ts";
import type { Config } from "../config/index.ts";
import type { EventLog, WriteTx } from "../events/index.ts";
import type { ProcessRunner } from "../process/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import type { DiskSpace, Storage } from "../storage/index.ts";
import type { ThreadRecord, TurnRecord } from "../threads/index.ts";
import type { Failpoint, TurnDeps } from "../turns/index.ts";
import type { Workspaces } from "../workspaces/index.ts";

/** The budgets, as a conversation is held to them. */
export interface SharedCaps {
  open(): Promise<void>;
  reached(scopes: readonly string[], moment: Moment, what?: string): { readonly why: string } | undefined;
  remainingUsd(scopes: readonly string[]): number | undefined;
  readonly turns: {
    begin(tx: WriteTx, turn: LedgerTurn): Promise<void>;
    resume(turnId: string): Promise<void>;
    scopes(turnId: string): string[];
    watch(
      turnId: string,
      live: { readonly task_id: string; readonly limits: Caps; readonly stop: (end: object) => void },
    ): void;
    named(turnId: string, model: string): void;
    price(turnId: string, usage: Usage): PricedUsage;
    use(turnId: string, used: Used, source: CostSource | null): void;
    save(tx: WriteTx, turnId: string): Promise<void>;
    end(tx: WriteTx, turnId: string, end: { unknown: boolean; ran: boolean }): Promise<void>;
    park(tx: WriteTx, turnId: string, unknown: boolean): Promise<void>;
    cutShort(tx: WriteTx, turnId: string, at: number, over?: boolean): Promise<void>;
  };
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
  readonly config: Pick<
    Config,
    "sandbox" | "limits" | "concurrency" | "approvals" | "agents" | "exec_policy"
  >;
  readonly paths: { readonly root: string; readonly cache: string };
  /** What commands of a project see of the server's environment. */
  readonly baseEnv: Readonly<Record<string, string>>;
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
  | { readonly type: "loop"; readonly why: string }
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
