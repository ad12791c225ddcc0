import { key } from "./key.ts";
import { fraction, integer } from "./value-type.ts";

/** When work that goes in circles is ended, and when a task is given up until a person looks at it. */
export const loopKeys = {
  "limits.max_tool_calls": key(
    integer(1, 1_000_000),
    1000,
    "Commands, changes of files and other uses of tools in one turn, after which it is ended.",
  ),
  "limits.same_tool_call_times": key(
    integer(2, 1000),
    10,
    "Times in a row an agent may use a tool in the same way with the same outcome before its turn is ended.",
  ),
  "limits.dead_letter_attempts": key(
    integer(1, 100),
    3,
    "Attempts in a row that left a task as it was, after which it waits for a person instead of being tried again, also when it has used its `limits.max_attempts` by then.",
  ),
  "limits.dead_letter_crashes": key(
    integer(1, 100),
    3,
    "Times the server may die while it runs a task before the task waits for a person.",
  ),
  "concurrency.stall_timeout_secs": key(
    integer(1, 86_400, "seconds"),
    null,
    "Longest silence of an agent in a turn of a task that names none; unset means `limits.idle_timeout_secs`.",
  ),
  "concurrency.loop_jaccard_threshold": key(
    fraction,
    0.85,
    "Part of the words of two reviews in a row that must be the same for the second to ask for the same again; after `limits.same_failure_times` of them a person is asked.",
  ),
} as const;
