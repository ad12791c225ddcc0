import { z } from "zod";
import { key } from "./key.ts";
import { projectEntryShape } from "./shapes.ts";
import { amount, integer, structure } from "./value-type.ts";

const day = 86_400;

/** Settings of how work is done: how much at once, how long, how much of it is kept, and in which projects. */
export const workKeys = {
  "concurrency.max_concurrent_tasks": key(
    integer(1, 1000),
    4,
    "Attempts running at once, over all projects.",
  ),
  "concurrency.max_queued_tasks": key(
    integer(1, 1_000_000),
    10_000,
    "Unfinished tasks after which a submission is refused as `overloaded`.",
  ),
  "limits.turn_timeout_secs": key(integer(1, day, "seconds"), 3600, "Longest turn of an agent."),
  "limits.idle_timeout_secs": key(integer(1, day, "seconds"), 600, "Longest silence of an agent in a turn."),
  "limits.kill_grace_ms": key(
    integer(0, 600_000, "milliseconds"),
    5000,
    "Time between asking a process to end and killing it.",
  ),
  "limits.setup_timeout_secs": key(integer(1, day, "seconds"), 600, "Longest setup command."),
  "limits.validation_timeout_secs": key(
    integer(1, day, "seconds"),
    120,
    "Longest validation command that names no timeout of its own.",
  ),
  "limits.max_output_bytes": key(
    integer(1024, 1_073_741_824, "bytes"),
    10_485_760,
    "Output kept of one turn of an agent. At most 1 MiB of its last message and 256 KiB of a command are kept in any case; what is cut is marked.",
  ),
  "limits.max_snapshot_file_bytes": key(
    integer(1024, 10_737_418_240, "bytes"),
    52_428_800,
    "Largest file taken into a snapshot.",
  ),
  "limits.max_snapshot_files": key(integer(1, 10_000_000), 20_000, "Most changed files in a snapshot."),
  "limits.max_attempts": key(
    integer(1, 100),
    3,
    "Attempts of a task before it fails. One whose attempts left it as it was waits for a person instead (`limits.dead_letter_attempts`).",
  ),
  "limits.validation_retries": key(integer(0, 20), 2, "Times failing validation goes back to the agent."),
  "limits.max_turns": key(
    integer(1, 1000),
    null,
    "Agent turns a task may use in all; unset means no limit of its own.",
  ),
  "limits.max_budget_usd": key(amount(1_000_000), null, "Money a task may use; unset means no limit."),
  "limits.max_tokens": key(
    integer(1, 1_000_000_000_000, "tokens"),
    null,
    "Tokens a task may use; unset means no limit.",
  ),
  "limits.retry_base_backoff_ms": key(
    integer(0, 86_400_000, "milliseconds"),
    10_000,
    "Wait before the second attempt; doubles with each.",
  ),
  "limits.retry_max_backoff_ms": key(
    integer(0, 86_400_000, "milliseconds"),
    300_000,
    "Longest wait between attempts.",
  ),
  "limits.priority_ageing_secs": key(
    integer(1, 31_536_000, "seconds"),
    900,
    "Waiting time after which a queued task counts as one priority higher.",
  ),
  "observe.log_retention_days": key(integer(1, 3650, "days"), 90, "How long runtime logs are kept."),
  "observe.event_retention_days": key(
    integer(1, 36_500, "days"),
    null,
    "How long events are kept; unset keeps them all. Evidence, reviews and prompts stay in any case.",
  ),
  projects: key(
    structure(z.array(projectEntryShape).max(1000), "[[projects]] tables with name and root"),
    [],
    "Projects to register at start; `--project name=path` adds to them and wins on the same name.",
    { flag: "project" },
  ),
} as const;
