import type { EventScope, HookEvent } from "@harness/protocol";

/** Where something happened that hooks are run for. */
export interface HookAbout extends EventScope {
  /** The working tree, where there is one. */
  readonly cwd: string | null;
  readonly agent: string | null;
}

/** The tool an event is about. */
export interface HookTool {
  /** The agent's own name of it. */
  readonly name: string;
  /** What it does: read, write, run, network or tool_call. */
  readonly kind: string;
}

/** What a hook is told, as JSON on its standard input. */
export interface HookMessage {
  readonly event: HookEvent;
  readonly about: HookAbout;
  readonly tool?: HookTool;
  /** What else the event carries, in the field names of Claude Code where it has them. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** The event of the log it is told of, by which a program knows what it was told before. */
  readonly seq?: number;
}

/**
 * The text a hook reads: the common fields of Claude Code's hooks, ours beside them, then those of the event. A thread
 * is what Claude Code calls a session; outside of one it is the task.
 */
export function messageText({ event, about, tool, fields, seq }: HookMessage): string {
  const { cwd, agent, project_id = null, task_id = null, thread_id = null, turn_id = null } = about;
  return JSON.stringify({
    session_id: thread_id ?? task_id ?? project_id ?? "",
    cwd: cwd ?? "",
    hook_event_name: event,
    ...(tool ? { tool_name: tool.name, tool_kind: tool.kind } : {}),
    ...fields,
    agent,
    project_id,
    task_id,
    thread_id,
    turn_id,
    ...(seq === undefined ? {} : { event_seq: seq }),
  });
}
