import type { TurnOutcome } from "../agents/index.ts";
import type { AttemptEnd, Run, StageResult } from "./run.ts";
import type { TurnDone, TurnRequest } from "./turn.ts";

/** What the end of a turn means for the attempt: go on, stop, wait for a login or a quota, or fail. */
export function settleTurn(
  run: Run,
  request: TurnRequest,
  turn_id: string,
  ended: TurnOutcome,
  stopped: AttemptEnd | undefined,
): StageResult<TurnDone> {
  if (stopped) return { ok: false, end: stopped };
  if (ended.status === "completed")
    return {
      ok: true,
      // What is kept of an answer anywhere, such as a finding or a plan, is kept without secrets.
      value: {
        turn_id,
        final_text: run.deps.redact(ended.final_text),
        observed_activity: ended.observed_activity,
      },
    };
  if (ended.status === "cancelled") return { ok: false, end: { type: "cancelled" } };
  const message = run.deps.redact(ended.message);
  const name = request.agent.name;
  if (ended.kind === "auth") {
    return {
      ok: false,
      end: waiting("auth", `${name} is not logged in: ${message}`, "person", [
        `harness doctor`,
        `harness task unblock ${run.task.id}`,
      ]),
    };
  }
  if (ended.kind === "quota") {
    const until = ended.reset_at === undefined ? undefined : Date.parse(ended.reset_at);
    const end = waiting(
      "quota",
      `${name} has used up its quota: ${message}`,
      until === undefined ? "person" : "timer",
      [`harness task unblock ${run.task.id}`],
    );
    return { ok: false, end: until === undefined || Number.isNaN(until) ? end : { ...end, until } };
  }
  return {
    ok: false,
    end: {
      type: "failed",
      failure: { code: `agent_${ended.kind}`, message: `${name}: ${message}` },
      retry: ended.retry,
    },
  };
}

function waiting(
  code: "auth" | "quota",
  message: string,
  needs: string,
  unblock: string[],
): Extract<AttemptEnd, { type: "waiting" }> {
  return { type: "waiting", reason: { code, message, needs, unblock, until: null } };
}
