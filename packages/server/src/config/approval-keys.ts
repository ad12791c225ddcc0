import { key } from "./key.ts";
import { choice, integer } from "./value-type.ts";

/** Settings of what a person is asked. */
export const approvalKeys = {
  "approvals.profile": key(
    choice(["allow_all", "allow_listed", "strict"]),
    "allow_all",
    "Who is asked before an agent acts inside its workspace: nobody, a person for what no rule of theirs allows, or a person for everything.",
  ),
  "approvals.expires_secs": key(
    integer(1, 31_536_000, "seconds"),
    86_400,
    "Time a person has to answer, before approvals.on_expiry does.",
  ),
  "approvals.on_expiry": key(
    choice(["deny", "approve", "wait"]),
    "deny",
    "What happens to a question nobody answered in time; `wait` goes on waiting.",
  ),
  "approvals.hold_secs": key(
    integer(1, 86_400, "seconds"),
    300,
    "Time an agent's process is kept while a person is asked. After it the turn is parked without a process and goes on when the answer comes.",
  ),
  "concurrency.max_running_turns": key(
    integer(1, 1000),
    16,
    "Turns of conversations running at once, over all projects; further ones wait in their queues.",
  ),
  "limits.max_queued_inputs": key(
    integer(1, 10_000),
    100,
    "Inputs that may wait in the queue of one thread.",
  ),
} as const;
