import {
  type DecidingHookEvent,
  decidingHookEvents,
  type HookEvent,
  type HookOutcome,
} from "@harness/protocol";
import { z } from "zod";
import type { ProcessOutcome } from "../process/index.ts";

/** What the end of a hook's program means. */
export interface HookAnswer {
  readonly outcome: Exclude<HookOutcome, "skipped">;
  readonly reason: string | null;
}

/** Characters of a reason that are kept. */
const REASON_CHARS = 1000;

/**
 * The answers of Claude Code's hooks, the older forms included. Other fields (`systemMessage`, `suppressOutput`, …) are
 * for its own screen.
 */
const Answer = z.looseObject({
  continue: z.boolean().optional(),
  stopReason: z.string().optional(),
  decision: z.enum(["approve", "allow", "block", "deny", "ask"]).optional(),
  reason: z.string().optional(),
  hookSpecificOutput: z
    .looseObject({
      permissionDecision: z.enum(["allow", "deny", "ask", "defer"]).optional(),
      permissionDecisionReason: z.string().optional(),
      decision: z
        .looseObject({ behavior: z.enum(["allow", "deny"]), message: z.string().optional() })
        .optional(),
    })
    .optional(),
});

const outcomes = {
  approve: "allowed",
  allow: "allowed",
  block: "denied",
  deny: "denied",
  ask: "asked",
  defer: "passed",
} as const;

/**
 * Reads how a hook ended, as Claude Code documents it: 0 is no objection, or what the JSON on standard output says; 2 is
 * a denial with standard error as its reason. Everything else is a failure, an answer that cannot be read as well.
 */
export function readAnswer(
  event: HookEvent,
  ended: Pick<ProcessOutcome, "reason" | "exitCode" | "signal" | "error" | "durationMs"> & {
    readonly stdout: string;
    readonly stderr: string;
  },
): HookAnswer {
  if (ended.reason === "timeout_total")
    return { outcome: "timed_out", reason: `it did not end within ${Math.round(ended.durationMs / 1000)} s` };
  if (ended.reason === "spawn_failed") return failed(`it could not be started: ${ended.error ?? "unknown"}`);
  if (ended.reason !== "exited") return failed("it was stopped");
  const said = shortened(ended.stderr);
  const decides = isDeciding(event);
  if (decides && ended.exitCode === 2)
    return { outcome: "denied", reason: said === "" ? "it gave no reason" : said };
  if (ended.exitCode !== 0)
    return failed(`it ended with ${ended.exitCode ?? ended.signal}${said === "" ? "" : `: ${said}`}`);
  return decides ? decision(event, ended.stdout.trim()) : { outcome: "passed", reason: null };
}

/** Whether an agent waits for the hooks of this event. */
export function isDeciding(event: HookEvent): event is DecidingHookEvent {
  return (decidingHookEvents as readonly HookEvent[]).includes(event);
}

function decision(event: DecidingHookEvent, output: string): HookAnswer {
  // A line of text is for people; only an object answers.
  if (!output.startsWith("{")) return { outcome: "passed", reason: null };
  const answer = parse(output);
  if (answer === undefined) return failed(`its answer cannot be read: ${shortened(output)}`);
  const own = answer.hookSpecificOutput;
  if (rewrites(own) || rewrites(own?.decision))
    return failed("it wants to change what the agent asks, which no hook can: deny it with the reason");
  if (answer.continue === false) return { outcome: "denied", reason: answer.stopReason ?? null };
  if (event === "PermissionRequest" && own?.decision)
    return { outcome: outcomes[own.decision.behavior], reason: own.decision.message ?? null };
  const word = own?.permissionDecision ?? answer.decision;
  const reason = own?.permissionDecisionReason ?? answer.reason ?? null;
  return word === undefined
    ? { outcome: "passed", reason: null }
    : { outcome: outcomes[word], reason: reason === null ? null : shortened(reason) };
}

function parse(output: string): z.infer<typeof Answer> | undefined {
  try {
    return Answer.parse(JSON.parse(output));
  } catch {
    return undefined;
  }
}

function rewrites(part: Readonly<Record<string, unknown>> | undefined): boolean {
  return part?.["updatedInput"] !== undefined && part["updatedInput"] !== null;
}

function failed(reason: string): HookAnswer {
  return { outcome: "failed", reason };
}

function shortened(text: string): string {
  const plain = text.trim();
  return plain.length <= REASON_CHARS ? plain : `${plain.slice(0, REASON_CHARS)}…`;
}
