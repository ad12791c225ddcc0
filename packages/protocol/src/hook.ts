import { z } from "zod";

/**
 * What a hook of the operator may be run for. The names are those of Claude Code; from `TaskQueued` on they are ours.
 */
export const hookEvents = [
  "SessionStart",
  "UserPromptSubmit",
  "PreToolUse",
  "PermissionRequest",
  "PostToolUse",
  "PostToolUseFailure",
  "PreCompact",
  "Notification",
  "Stop",
  "SubagentStop",
  "SessionEnd",
  "TaskQueued",
  "WorktreeCreate",
  "WorktreeRemove",
  "ValidationFinished",
  "ReviewFinished",
  "BudgetExceeded",
] as const;
export const HookEvent = z.enum(hookEvents);
export type HookEvent = z.infer<typeof HookEvent>;

/** Events whose hooks decide: an agent waits for their answer. All others are told of what has happened already. */
export const decidingHookEvents = ["PreToolUse", "PermissionRequest"] as const satisfies readonly HookEvent[];
export type DecidingHookEvent = (typeof decidingHookEvents)[number];

/** Events about a tool, which a hook's `matcher` can narrow. */
export const toolHookEvents = [
  "PreToolUse",
  "PermissionRequest",
  "PostToolUse",
  "PostToolUseFailure",
] as const satisfies readonly HookEvent[];

/**
 * How a run of a hook ended: it had nothing to object (`passed`), it decided, it failed or took too long, or there was
 * no room for it among those that waited (`skipped`).
 */
export const HookOutcome = z.enum(["passed", "allowed", "asked", "denied", "failed", "timed_out", "skipped"]);
export type HookOutcome = z.infer<typeof HookOutcome>;

/** One run of a hook. */
export const HookRun = z
  .object({
    hook: z.string().meta({ description: "Its name in the configuration" }),
    event: HookEvent,
    tool: z.string().nullable(),
    outcome: HookOutcome,
    exit_code: z.number().int().nullable(),
    duration_ms: z.number().int(),
    detail: z.string().nullable().meta({ description: "Its reason, or what went wrong" }),
  })
  .meta({ id: "HookRun" });
export type HookRun = z.infer<typeof HookRun>;
