import { randomBytes } from "node:crypto";
import type { BlockReason, Clock, Failure, NewId, SandboxRecord, StageName } from "@harness/protocol";
import type { z } from "zod";
import type { AgentRegistry } from "../agents/index.ts";
import type { Config } from "../config/index.ts";
import type { EventLog } from "../events/index.ts";
import type { Policy } from "../policy/index.ts";
import type { ProcessRunner } from "../process/index.ts";
import type { ProjectFiles, ProjectRecord } from "../projects/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import type { EgressGate } from "../secrets/index.ts";
import type { DiskSpace, Storage } from "../storage/index.ts";
import {
  type AttemptRef,
  endStage,
  isTerminal,
  type RunningStatus,
  startStage,
  type TaskRecord,
  transition,
  writeAs,
} from "../tasks/index.ts";
import type { Failpoint, TurnDeps } from "../turns/index.ts";
import type { Workspaces } from "../workspaces/index.ts";
import type { Limits } from "./limits.ts";
import { beganWith } from "./proven-checkpoint.ts";

/** What the orchestrator is built from. */
export interface OrchestratorDeps {
  readonly log: EventLog;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly runner: ProcessRunner;
  readonly sandbox: Sandbox;
  readonly workspaces: Workspaces;
  readonly agents: AgentRegistry;
  readonly config: Pick<Config, "sandbox" | "agents" | "concurrency" | "limits" | "policy" | "exec_policy">;
  /** The data directory, never visible to an agent, and the folder of dependency caches in it. */
  readonly paths: { readonly root: string; readonly cache: string; readonly outputs: string };
  /** Removes secrets from text before it is stored. */
  readonly redact: (text: string) => string;
  /** Looks for secrets in what is to leave the server. */
  readonly egress: Pick<EgressGate, "scan">;
  readonly baseEnv: Readonly<Record<string, string>>;
  /** This process among all that ever owned the data directory. */
  readonly owner: string;
  /** The caps of projects and nights. */
  readonly limits: Limits;
  /** The project's own settings and rules as they stand on a commit of its base branch. */
  readonly projectFile: (project: ProjectRecord, commit: string) => Promise<ProjectFiles>;
  /** Whether there is room on the disk for new work. */
  readonly space: Pick<DiskSpace, "shortage" | "report" | "isFull">;
  readonly failpoint: Failpoint;
  /** Says whether a finished change may be published without a person. */
  readonly policy: Pick<Policy, "judgeChange">;
  /** What turns run with, shared with conversations. */
  readonly turns: TurnDeps;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  readonly logger: {
    info(obj: object, msg: string): void;
    warn(obj: object, msg: string): void;
    error(obj: object, msg: string): void;
  };
}

/**
 * How an attempt ended; every way out of the pipeline is one of these. As the reason of a stop, `urgent` says that
 * every moment costs.
 */
export type AttemptEnd =
  | { readonly type: "done" }
  | { readonly type: "no_change"; readonly why: string }
  | {
      readonly type: "waiting";
      readonly reason: Omit<BlockReason, "since">;
      readonly until?: number;
      readonly urgent?: true;
      /** A prompt was given and not answered: the wait is over when it is given again. */
      readonly delivered?: boolean;
      /** Another agent can go on at once: the task is queued instead. */
      readonly goes_on?: boolean;
    }
  | {
      readonly type: "failed";
      readonly failure: Failure;
      readonly retry: boolean;
      /** The provider asks not to be tried before this time (epoch milliseconds). */
      readonly not_before?: number;
    }
  | { readonly type: "budget"; readonly why: string; readonly urgent?: true }
  | { readonly type: "cancelled" }
  | { readonly type: "superseded"; readonly why: string; readonly urgent?: true };

export type StageResult<T> =
  | { readonly ok: true; readonly value: T; readonly detail?: string }
  | { readonly ok: false; readonly end: AttemptEnd; readonly detail?: string };

/** One attempt while it runs. */
export interface Run {
  readonly deps: OrchestratorDeps;
  readonly attempt: AttemptRef;
  readonly project: ProjectRecord;
  readonly task: TaskRecord;
  /** Aborted when the attempt must stop; its reason is an `AttemptEnd`. */
  readonly signal: AbortSignal;
  /** Ends the attempt like this, at once. The first end counts. */
  readonly stop: (end: AttemptEnd) => void;
  /** Results of stages that earlier attempts finished, by `stage/round`. */
  readonly inherited: ReadonlyMap<string, unknown>;
  readonly sandbox: SandboxRecord;
}

const statusOf: Partial<Record<StageName, RunningStatus>> = {
  triage: "triaging",
  plan: "planning",
  workspace: "implementing",
  setup: "implementing",
  implement: "implementing",
  snapshot: "implementing",
  validate: "validating",
  review: "reviewing",
  publish: "publishing",
};

/**
 * Runs one stage: records its start and end, moves the task's status, and reuses the result of a finished stage of
 * an earlier attempt when a schema says how to read it. A stage cut short by a stop keeps no result.
 */
export async function stage<T>(
  run: Run,
  name: StageName,
  round: number,
  body: () => Promise<StageResult<T>>,
  inherit?: z.ZodType<T>,
): Promise<StageResult<T>> {
  const key = { attempt_id: run.attempt.id, stage: name, round };
  const known = inherit ? inherit.safeParse(run.inherited.get(`${name}/${round}`)) : undefined;
  if (known?.success) {
    await writeAs(run.deps.log, run.attempt, "stage", async (tx, task) => {
      await startStage(tx, task, key);
      await endStage(tx, task, {
        ...key,
        outcome: "inherited",
        detail: beganWith(run.task, known.data) ?? "finished by an earlier attempt",
        result: known.data,
      });
    });
    return { ok: true, value: known.data };
  }
  // A stopped attempt begins nothing more, but what its agent had done is still kept.
  const keeps = name === "snapshot";
  if (run.signal.aborted && !keeps) return { ok: false, end: stopReason(run.signal) };
  await writeAs(run.deps.log, run.attempt, "stage", async (tx, task) => {
    const status = keeps && isTerminal(task.status) ? undefined : statusOf[name];
    if (status && task.status !== status)
      await transition(tx, task, { type: "enter", status }, run.attempt.id);
    await startStage(tx, task, key);
  });
  const result = await body();
  // A result that arrived after the stop was asked for is not trusted: the process behind it was being killed.
  const settled: StageResult<T> =
    run.signal.aborted && !keeps ? { ok: false, end: stopReason(run.signal) } : result;
  await writeAs(run.deps.log, run.attempt, "stage", (tx, task) =>
    endStage(tx, task, {
      ...key,
      outcome: settled.ok
        ? "ok"
        : settled.end.type === "cancelled" || settled.end.type === "superseded"
          ? "cancelled"
          : "failed",
      detail: settled.detail ?? (settled.ok ? null : describe(settled.end)),
      ...(settled.ok && inherit ? { result: settled.value } : {}),
    }),
  );
  return settled;
}

/** Why the attempt was told to stop. */
export function stopReason(signal: AbortSignal): AttemptEnd {
  const reason = signal.reason as AttemptEnd | undefined;
  return reason && typeof reason === "object" && "type" in reason ? reason : { type: "cancelled" };
}

/** One line about an end, for records. */
export function describe(end: AttemptEnd): string {
  switch (end.type) {
    case "waiting":
      return end.reason.message;
    case "failed":
      return end.failure.message;
    case "no_change":
    case "budget":
    case "superseded":
      return end.why;
    default:
      return end.type;
  }
}

/** Has the work changed instead of taking it as it is; the text is the person's to write. */
export function reviseCommand(taskId: string): string {
  return `harness task revise ${taskId} "what to change"`;
}

/** A way out that waits for somebody, with the commands that end the wait. */
export function waitFor(
  code: BlockReason["code"],
  message: string,
  unblock: readonly string[],
  needs = "person",
): { ok: false; end: AttemptEnd } {
  return {
    ok: false,
    end: { type: "waiting", reason: { code, message, needs, unblock: [...unblock], until: null } },
  };
}

/** A way out that fails the attempt; `retry` lets the next attempt try again by itself. */
export function failWith(
  code: string,
  message: string,
  retry = false,
): { ok: false; end: Extract<AttemptEnd, { type: "failed" }> } {
  return { ok: false, end: { type: "failed", failure: { code, message }, retry } };
}

/** A word nobody outside can guess, to fence data in a prompt. */
export function nonce(): string {
  return randomBytes(6).toString("hex");
}
