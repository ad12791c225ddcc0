import type { BlockReason, Caps, Clock } from "@harness/protocol";
import { doubled, type Exhausted, type NightClock } from "../budgets/index.ts";
import type { EventLog } from "../events/index.ts";
import type { Storage } from "../storage/index.ts";
import type { AttemptEnd, OrchestratorDeps } from "./run.ts";

/** What the caps of nights are held with. */
export interface LimitsDeps {
  readonly log: EventLog;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly logger: OrchestratorDeps["logger"];
  /** When a night begins and what all projects together may use in it. */
  readonly night: NightClock & Caps;
}

/** An attempt of a task, or a turn of a conversation, that runs in this process. */
export interface LiveAttempt {
  readonly id: string;
  readonly task_id: string;
  readonly project_id: string;
  readonly limits: Caps;
  /** Time earlier attempts of its task ran. */
  readonly wall_ms: number;
  /** When it began (epoch milliseconds). */
  readonly since: number;
  readonly stop: (end: AttemptEnd) => void;
}

/** A cap of a project or of the night that holds now. */
export interface Reached extends Exhausted {
  readonly scope: "project" | "night";
  /** The project, when the cap is its own. */
  readonly project?: { readonly id: string; readonly name: string };
  readonly caps: Caps;
  /** When the next night begins. */
  readonly until: number;
}

/** The caps of a task's own. */
export function capsOf({ max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts }: Caps): Caps {
  return { max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts };
}

/** Why a task waits for the next night, and what ends the wait sooner. */
export function budgetReason(reached: Reached, taskId: string): Omit<BlockReason, "since" | "until"> {
  const { project, cap, why } = reached;
  const instead = project ? "the limit is raised" : `night.${cap} is raised and the server restarted`;
  return {
    code: "budget",
    message: `${why} It goes on when the next night begins, or when ${instead}.`,
    needs: "timer",
    unblock: [
      ...(project ? [`harness project set ${project.name} ${raised(reached)}`] : ["harness budget"]),
      `harness task unblock ${taskId}`,
    ],
  };
}

/** How a running attempt ends when such a cap is reached: at once, with its work kept. */
export function stopBy(reached: Reached, taskId: string): AttemptEnd {
  const reason = { ...budgetReason(reached, taskId), until: null };
  return { type: "waiting", reason, until: reached.until, urgent: true };
}

/** The option that doubles a cap, or what was used of it; a dollar cap that nobody can hold is taken away. */
function raised({ cap, caps, used, why }: Reached): string {
  const flag = `night-${cap.replaceAll("_", "-")}`;
  if (why.includes("does not report costs")) return `--no-${flag}`;
  return `--${flag} ${doubled(caps[cap] ?? 1, used)}`;
}
