import { z } from "zod";
import { Approval } from "./approval.ts";
import { DiskState } from "./disk-operations.ts";
import { operation } from "./operation.ts";
import { Turn } from "./thread.ts";
import { AccountState, Timestamp } from "./words.ts";

/** Where the runtime log is, without showing a path outside. */
const RuntimeLogs = z.object({
  state: z.enum(["active", "disabled"]),
  path_hint: z.string(),
  retention_days: z.number().int(),
});

/** How an agent's account with its provider stands; parked and stopped ones start no process. */
export const AgentAccount = z
  .object({
    name: z.string().optional().meta({
      description: "Its name: that of the agent, unless the operator let agents share one",
    }),
    state: AccountState,
    since: Timestamp.nullable(),
    until: Timestamp.nullable().meta({ description: "When it is tried again by itself" }),
    message: z.string().nullable(),
    fix: z.string().nullable(),
  })
  .meta({ id: "AgentAccount" });
export type AgentAccount = z.infer<typeof AgentAccount>;

const AgentState = z
  .object({
    name: z.string(),
    kind: z.string(),
    installed: z.boolean(),
    version: z.string().nullable(),
    logged_in: z.union([z.boolean(), z.literal("unknown")]),
    models: z.array(z.string()),
    problem: z.string().nullable(),
    fix: z.string().nullable(),
    executable: z.string().nullable().meta({ description: "Where its program was found" }),
    probed_at: Timestamp.meta({ description: "When all this was seen" }),
    account: AgentAccount,
    running: z
      .array(
        Turn.pick({ thread_id: true, task_id: true, role: true, model: true, started_at: true }).extend({
          turn_id: z.string(),
        }),
      )
      .meta({ description: "The turns it does now" }),
  })
  .meta({ id: "AgentState" });
/** One agent, as it was found on this machine. */
export type AgentState = z.infer<typeof AgentState>;

/** One thing `harness doctor` looked at. */
export const DoctorCheck = z
  .object({ name: z.string(), ok: z.boolean(), detail: z.string(), fix: z.string().nullable() })
  .meta({ id: "DoctorCheck" });
export type DoctorCheck = z.infer<typeof DoctorCheck>;

/** Who looks after the server process, and what became of the processes before it. */
export const Supervision = z
  .object({
    /** `harness`: `harness up`; `command`: a command that serves as long as it lasts; null: somebody's terminal. */
    by: z.enum(["harness", "systemd", "launchd", "command"]).nullable(),
    /** The living supervisor of `harness up`. */
    supervisor_pid: z.number().int().nullable(),
    /** Starts after a crash since `harness up`. */
    restarts: z.number().int(),
    last_crash: z
      .object({
        at: Timestamp,
        exit_code: z.number().int().nullable(),
        signal: z.string().nullable(),
        uptime_ms: z.number().int(),
        lines: z.array(z.string()),
      })
      .nullable(),
    log_file: z.string().nullable(),
  })
  .meta({ id: "Supervision" });
export type Supervision = z.infer<typeof Supervision>;

/** Whether the machine is kept from sleeping. */
export const KeepAwakeState = z
  .object({
    state: z.enum(["off", "idle", "held", "unavailable"]),
    /** The program that does it. */
    by: z.string().nullable(),
    problem: z.string().nullable(),
  })
  .meta({ id: "KeepAwakeState" });
export type KeepAwakeState = z.infer<typeof KeepAwakeState>;

/** Health, status, doctor, agents and login. */
export const serverOperations = {
  "health/get": operation({
    summary:
      "Whether the server is up and can store: always 200, degraded when it cannot, and /readyz answers 503 then; shows nothing private",
    http: ["GET /health"],
    scope: "open",
    mcp: false,
    params: () => z.strictObject({}),
    result: () =>
      z.object({ status: z.enum(["ok", "degraded"]), version: z.string(), runtime_logs: RuntimeLogs }),
    errors: [],
  }),
  "server/status": operation({
    summary: "What the server is doing now",
    http: ["GET /status"],
    scope: "read",
    mcp: true,
    cli: "status",
    params: () => z.strictObject({}),
    result: () =>
      z.object({
        version: z.string(),
        pid: z.number().int(),
        started_at: Timestamp,
        draining: z.boolean(),
        database: z.enum(["sqlite", "postgres"]),
        data_dir: z.string(),
        sandbox: z.string(),
        running: z.number().int(),
        queued: z.number().int(),
        limit: z.number().int(),
        by_status: z.record(z.string(), z.number().int()),
        waiting: z.array(
          z.object({
            task_id: z.string(),
            title: z.string(),
            code: z.string(),
            message: z.string(),
            needs: z.string().meta({ description: "Who or what must act: person, timer, dependency" }),
            unblock: z.array(z.string()),
          }),
        ),
        asked: z
          .array(
            Approval.pick({
              id: true,
              thread_id: true,
              task_id: true,
              agent: true,
              kind: true,
              summary: true,
              expires_at: true,
              created_at: true,
            }),
          )
          .meta({ description: "The newest 20 questions a person has not answered yet" }),
        accounts: z
          .array(AgentAccount.extend({ agent: z.string() }))
          .meta({ description: "Agent accounts that are parked or stopped" }),
        last_seq: z.number().int(),
        supervision: Supervision,
        keep_awake: KeepAwakeState,
        disk: DiskState,
        uptime_ms: z.number().int(),
        database_bytes: z.number().int(),
        events: z.object({
          head_seq: z.number().int(),
          oldest_seq: z
            .number()
            .int()
            .meta({ description: "The oldest that is kept; one past the head while there is none" }),
        }),
        clients: z.object({
          streams: z.number().int().meta({ description: "Open event streams" }),
          sockets: z.number().int().meta({ description: "Open WebSockets" }),
          subscriptions: z.number().int().meta({ description: "Places in the log that somebody reads from" }),
          lag: z.number().int().meta({ description: "Events the slowest of them is behind" }),
        }),
        process: z.object({
          rss_bytes: z.number().int(),
          heap_bytes: z.number().int(),
          event_loop_p99_ms: z.number().nullable().meta({
            description:
              "How late it came to what was due, 99 times of 100, in the last minute; null at first",
          }),
        }),
      }),
    errors: [],
  }),
  "server/doctor": operation({
    summary: "Test agents, sandbox, git, disk and storage for real, and say how to fix what fails",
    http: ["GET /doctor"],
    scope: "read",
    mcp: true,
    cli: "doctor",
    params: () => z.strictObject({}),
    result: () => z.object({ ok: z.boolean(), checks: z.array(DoctorCheck), agents: z.array(AgentState) }),
    errors: [],
  }),
  "agent/list": operation({
    summary: "Agents this server can run",
    http: ["GET /agents"],
    scope: "read",
    mcp: true,
    cli: "agent list",
    params: () =>
      z.strictObject({
        refresh: z.boolean().optional().meta({
          description: "Look at each again; else what was seen in the last minute stands",
        }),
      }),
    result: () => z.object({ agents: z.array(AgentState) }),
    errors: [],
  }),
  "agent/resume": operation({
    summary: "Say that an agent's account works again: tasks that wait for it are queued",
    http: ["POST /agents/{agent}/resume"],
    scope: "operate",
    mcp: false,
    cli: "agent resume",
    params: () =>
      z.strictObject({
        agent: z
          .string()
          .min(1)
          .max(100)
          .meta({ description: "Name of the agent, as agent list shows it, or of its account" }),
      }),
    result: () =>
      z.object({
        agent: z.string(),
        account: AgentAccount,
        queued: z.number().int().meta({ description: "Tasks that waited for it" }),
      }),
    errors: ["agent_not_found", "draining"],
  }),
  "auth/login_code": operation({
    summary: "Make a single-use browser login code, valid for two minutes",
    http: ["POST /auth/login-codes"],
    status: 201,
    scope: "operate",
    mcp: false,
    cli: "login",
    params: () => z.strictObject({}),
    result: () => z.object({ url: z.string(), expires_at: Timestamp }),
    errors: ["capability_missing"],
  }),
} as const;
