import { type AgentState, type Approval, BlockReason, type DoctorCheck } from "@harness/protocol";
import { isUsable, knownAccounts, presentAccount } from "../agents/index.ts";
import { listApprovals } from "../approvals/index.ts";
import { maintainedCounts } from "../tasks/index.ts";
import { agentStates } from "./agent-handlers.ts";
import type { OperationsDeps } from "./deps.ts";
import { diskState } from "./disk-handlers.ts";
import type { Handlers } from "./invoke.ts";
import { vitals } from "./server-vitals.ts";

/** Health, status, doctor and login. */
export function serverHandlers(
  deps: OperationsDeps,
): Pick<Handlers, "health/get" | "server/status" | "server/doctor" | "auth/login_code"> {
  return {
    "health/get": async () => {
      const logs = deps.runtimeLogs();
      const stored = await canRead(deps);
      return {
        status: stored && canStore(deps) && logs.state === "ok" ? "ok" : "degraded",
        version: deps.version,
        runtime_logs: {
          state: logs.state === "ok" ? "active" : "disabled",
          // The name of the file tells the process; this answer needs no token.
          path_hint: logs.path_hint.replace(/\d+/, "PID"),
          retention_days: logs.retention_days,
        },
      };
    },
    "server/status": async () => {
      const { reader } = deps.storage;
      const counts = await maintainedCounts(reader);
      const waiting = await reader
        .selectFrom("tasks")
        .select(["id", "title", "block_reason"])
        .where("status", "=", "waiting")
        .orderBy("id")
        .limit(50)
        .execute();
      return {
        version: deps.version,
        pid: process.pid,
        started_at: new Date(deps.startedAt).toISOString(),
        draining: deps.orchestrator.draining,
        database: deps.storage.dialect,
        data_dir: deps.config.server.data_dir,
        sandbox: deps.sandbox.driver ?? deps.config.sandbox.driver,
        running: counts.running,
        queued: counts.by_status["queued"] ?? 0,
        limit: deps.config.concurrency.max_concurrent_tasks,
        by_status: counts.by_status,
        waiting: waiting.map((row) => waitingTask(row)),
        asked: (await listApprovals(reader, { status: "pending", limit: 20 })).rows.map(askedOf),
        accounts: [...(await knownAccounts(reader)).values()].map((account) => ({
          agent: account.name,
          ...presentAccount(account),
        })),
        supervision: deps.supervision(),
        keep_awake: deps.keepAwake(),
        last_seq: deps.log.headSeq,
        disk: diskState(deps),
        ...(await vitals(deps)),
      };
    },
    "server/doctor": async () => {
      const [checks, agents] = await Promise.all([deps.doctor(), agentStates(deps, true)]);
      const all = [...checks, agentsCheck(agents), ...accountsCheck(agents)];
      return { ok: all.every((check) => check.ok), checks: all, agents };
    },
    "auth/login_code": async () => deps.loginCode(),
  };
}

/** Without an agent nothing can be done, without a second one nothing can be reviewed independently. */
function agentsCheck(agents: readonly AgentState[]): DoctorCheck {
  const usable = agents.filter((agent) => agent.kind !== "deterministic" && isUsable(agent));
  const detail =
    usable.length === 0 ? "none is installed and logged in" : usable.map((agent) => agent.name).join(", ");
  const missing =
    usable.length === 0
      ? "Install and log in Claude Code or Codex, or configure a model endpoint or a command under [agents]."
      : "Add a second agent, so that work can be reviewed by one that did not write it.";
  return { name: "agents", ok: usable.length > 0, detail, fix: usable.length > 1 ? null : missing };
}

/** A parked account comes back by itself; a stopped one is for a person. */
function accountsCheck(agents: readonly AgentState[]): DoctorCheck[] {
  const closed = agents.filter(({ account }) => account.state !== "ok");
  if (closed.length === 0) return [];
  const stopped = closed.find(({ account }) => account.state === "stopped");
  const detail = closed.map(({ name, account }) => `${name} ${account.state}: ${account.message}`).join("; ");
  return [{ name: "accounts", ok: stopped === undefined, detail, fix: stopped?.account.fix ?? null }];
}

/** False while the disk is full, and after a write that failed until one succeeds. */
function canStore({ space, log }: OperationsDeps): boolean {
  return space.fullSince === undefined && log.failure === undefined;
}

async function canRead(deps: OperationsDeps): Promise<boolean> {
  return deps.storage.reader
    .selectFrom("counters")
    .select("value")
    .where("name", "=", "seq")
    .executeTakeFirst()
    .then(
      () => true,
      () => false,
    );
}

/** A question as the status shows it; `approval/list` has all of it. */
function askedOf(approval: Approval) {
  const { id, thread_id, task_id, agent, kind, summary, expires_at, created_at } = approval;
  return { id, thread_id, task_id, agent, kind, summary, expires_at, created_at };
}

function waitingTask(row: { id: string; title: string; block_reason: string | null }) {
  const reason = row.block_reason === null ? undefined : BlockReason.parse(JSON.parse(row.block_reason));
  return {
    task_id: row.id,
    title: row.title,
    code: reason?.code ?? "",
    message: reason?.message ?? "",
    needs: reason?.needs ?? "person",
    unblock: reason?.unblock ?? [],
  };
}
