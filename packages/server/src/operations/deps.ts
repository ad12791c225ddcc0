import type { Clock, DoctorCheck, KeepAwakeState, NewId, Supervision } from "@harness/protocol";
import type { Credentials } from "../access/index.ts";
import type { AgentRegistry, Recordings } from "../agents/index.ts";
import type { Config } from "../config/index.ts";
import type { Conversations } from "../conversations/index.ts";
import type { DiskKeeper } from "../disk/index.ts";
import type { EventLog, Feeds } from "../events/index.ts";
import type { Notifier } from "../notifications/index.ts";
import type { Limits, Orchestrator } from "../orchestrator/index.ts";
import type { Policy } from "../policy/index.ts";
import type { Reports } from "../reports/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import type { EgressGate } from "../secrets/index.ts";
import type { DiskSpace, Storage } from "../storage/index.ts";
import type { LoopDelay, RuntimeLogState } from "../telemetry/index.ts";
import type { Failpoint, TurnDeps } from "../turns/index.ts";
import type { Workspaces } from "../workspaces/index.ts";

/** What handlers work with. */
export interface OperationsDeps {
  readonly log: EventLog;
  readonly feeds: Pick<Feeds, "audience" | "oldestSeq">;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly config: Config;
  readonly orchestrator: Pick<Orchestrator, "draining" | "running" | "stopTask" | "wake">;
  readonly conversations: Conversations;
  readonly turns: Pick<TurnDeps, "live" | "tokens">;
  readonly limits: Pick<Limits, "view" | "list">;
  readonly policy: Policy;
  readonly egress: EgressGate;
  readonly notifier: Pick<Notifier, "list" | "test">;
  readonly workspaces: Workspaces;
  readonly agents: AgentRegistry;
  readonly recordings: Pick<Recordings, "read">;
  readonly reports: Reports;
  readonly credentials: Pick<Credentials, "create" | "list" | "revoke" | "rotate">;
  readonly sandbox: Sandbox;
  readonly space: DiskSpace;
  readonly disk: DiskKeeper;
  readonly version: string;
  readonly startedAt: number;
  /** Where the server was started. */
  readonly cwd: string;
  /** Directories a project may lie in. */
  readonly allowedRoots: readonly string[];
  /** The files of the example project, null when this build has none, and where its repository is made. */
  readonly example: { readonly files: string | null; readonly root: string };
  /** Prints and checks browser login codes; the HTTP edge owns them. */
  readonly loginCode: () => { readonly url: string; readonly expires_at: string };
  /** Clients that listen now; the HTTP edge knows. */
  readonly clients: () => { readonly streams: number; readonly sockets: number };
  readonly loopDelay: Pick<LoopDelay, "p99Ms">;
  readonly runtimeLogs: () => RuntimeLogState;
  readonly doctor: () => Promise<DoctorCheck[]>;
  readonly supervision: () => Supervision;
  readonly keepAwake: () => KeepAwakeState;
  readonly redact: (text: string) => string;
  readonly failpoint: Failpoint;
}
