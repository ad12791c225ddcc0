import type { Role } from "@harness/protocol";
import type { Agent } from "../agents/index.ts";
import type { LedgerTurn } from "../budgets/index.ts";
import { approvedRules } from "../projects/index.ts";
import { patchTask, scopeOf, type TaskRecord, writeAs } from "../tasks/index.ts";
import type { openThread } from "../threads/index.ts";
import { type AskedTurn, confine, modeLine, type TurnPlace, tellRefusedHosts } from "../turns/index.ts";
import { approvalWait, interruptedBy } from "./person-waits.ts";
import { failWith, type Run } from "./run.ts";

/** A final message is redacted and stored in one piece, so it has a limit of its own. */
const FINAL_CAP = 1024 * 1024;

/** One turn to run. */
export interface TurnRequest {
  readonly role: Role;
  readonly round: number;
  readonly phase: string;
  readonly agent: Agent;
  readonly model: string | null;
  readonly prompt: string;
  readonly workspace: string;
  readonly access: "read-only" | "workspace-write";
  /** Resume the role's conversation in this attempt; false starts a new one. */
  readonly resume: boolean;
  readonly output_schema?: Readonly<Record<string, unknown>>;
  /** A person's own words, when the prompt is nothing else. */
  readonly said?: { readonly text: string; readonly actor: string };
}

/** A turn that was written down. */
export interface Opened {
  readonly thread: Awaited<ReturnType<typeof openThread>>;
  /** As it was when the turn began. */
  readonly task: TaskRecord;
  readonly budgetUsd: number | undefined;
  /** As the ledger knows it. */
  readonly line: LedgerTurn;
}

/** Where the turn runs: what a person does to it is done to the attempt. */
export function placeOf(
  run: Run,
  request: TurnRequest,
  { thread, task }: Opened,
  turn_id: string,
): TurnPlace {
  const { deps, attempt } = run;
  const agent = request.agent.name;
  return {
    by: {
      project_id: task.project_id,
      thread_id: thread.id,
      turn_id,
      task_id: task.id,
      attempt_id: attempt.id,
      agent,
    },
    role: request.role,
    scope: { ...scopeOf(task, agent), thread_id: thread.id, turn_id },
    workspace: request.workspace,
    rules: approvedRules(run.project),
    approvals: task.request.approvals ?? {},
    write: (name, job) =>
      writeAs(deps.log, attempt, name, async (tx) => {
        const result = await job(tx);
        await patchTask(tx, task.id, { progress_at: tx.now });
        return result;
      }),
    signal: run.signal,
    interrupt: (actor) => run.stop(interruptedBy(task.id, actor)),
    stop: (why) => run.stop(failWith("tool_loop", `${agent}: ${why}`, true).end),
    park: (approval) => run.stop(approvalWait(task.id, approval)),
  };
}

/** The turn as an adapter gets it, but for what is added on the way. */
export function askedTurn(run: Run, request: TurnRequest, opened: Opened): AskedTurn {
  const { deps, attempt, task } = run;
  const { prompt, workspace, access, model, output_schema } = request;
  const session_id = request.resume ? opened.thread.session_id : null;
  return {
    prompt,
    workspace,
    access,
    ...(model === null ? {} : { model }),
    ...(session_id ? { session_id } : {}),
    attempt_id: attempt.id,
    turn_timeout_ms: task.limits.turn_timeout_ms,
    idle_timeout_ms: task.limits.stall_timeout_ms,
    kill_grace_ms: deps.config.limits.kill_grace_ms,
    max_output_bytes: Math.min(FINAL_CAP, deps.config.limits.max_output_bytes),
    ...(opened.budgetUsd === undefined ? {} : { max_budget_usd: opened.budgetUsd }),
    ...(output_schema ? { output_schema } : {}),
    protected_paths: deps.config.sandbox.protected_paths,
    sandbox_mode: modeLine(run.sandbox),
    command_timeout_ms: deps.config.exec_policy.sandbox.max_execution_time_secs * 1000,
    sandbox: confine(deps, {
      project: run.project,
      agent: request.agent.name,
      workspace,
      access,
      record: run.sandbox,
      onRefusedHost: tellRefusedHosts(deps, {
        ...scopeOf(task, request.agent.name),
        thread_id: opened.thread.id,
      }),
    }),
  };
}
