import type { Event, HookRun, Item } from "@harness/protocol";

type Level = "DEBUG" | "INFO" | "WARNING" | "ERROR";
type Line = readonly [level: Level, text: string];

/** Characters of one entry; the rest of a longer one is counted. */
const MOST_CHARS = 4_000;

/** Lines of text for an event of a task, each `[LEVEL] text`, or none: seed 3's log. Nothing in them moves a terminal. */
export function logLines(event: Event): string[] {
  const line = lineOf(event);
  if (!line) return [];
  const [level, text] = line;
  const cut =
    text.length > MOST_CHARS
      ? `${text.slice(0, MOST_CHARS)}… (${text.length - MOST_CHARS} more characters)`
      : text;
  return cut
    .split(/\r\n|\r|\n/)
    .map((one) => `[${level}] ${one.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")}`);
}

function lineOf(event: Event): Line | undefined {
  switch (event.type) {
    case "task.queued":
      return ["INFO", `Task queued: ${event.data.title}`];
    case "attempt.started":
      return ["INFO", `Task started, attempt ${event.data.number}`];
    case "requirements.completed":
      return ["INFO", `Requirements complete${event.data.goal ? `: ${event.data.goal}` : ""}`];
    case "stage.started":
      return [
        "INFO",
        `Stage ${event.data.stage}${event.data.round > 0 ? `, round ${event.data.round}` : ""}`,
      ];
    case "stage.ended":
      return event.data.outcome === "failed"
        ? ["ERROR", `Stage ${event.data.stage} failed${event.data.detail ? `: ${event.data.detail}` : ""}`]
        : ["DEBUG", `Stage ${event.data.stage} ${event.data.outcome}`];
    case "item.completed":
      return itemLine(event.data.item);
    case "turn.warning":
      return ["WARNING", event.data.message];
    case "turn.ended":
      return event.data.failure
        ? ["ERROR", `${event.data.failure.message} (${event.data.failure.code})`]
        : undefined;
    case "policy.decided":
      return event.data.decision === "deny"
        ? ["WARNING", `Denied ${event.data.action}: ${event.data.reason}`]
        : ["DEBUG", `Allowed ${event.data.action}`];
    case "hook.ran":
      return event.data.outcome === "passed" ? undefined : hookLine(event.data);
    default:
      return workLine(event);
  }
}

function hookLine({ hook, event, outcome, detail }: HookRun): Line {
  const level = outcome === "failed" || outcome === "timed_out" ? "ERROR" : "INFO";
  return [level, `Hook ${hook} (${event}) ${outcome}${detail ? `: ${detail}` : ""}`];
}

function workLine(event: Event): Line | undefined {
  switch (event.type) {
    case "plan.completed":
      return [
        "INFO",
        `Planning complete${event.data.modules.length > 0 ? `: ${event.data.modules.join(", ")}` : ""}`,
      ];
    case "module.started":
      return ["INFO", `Generating ${event.data.module}`];
    case "module.iterated": {
      const { module, iteration, test_pass_rate, quality_score } = event.data;
      const figures = `tests ${test_pass_rate ?? "unknown"}, quality ${quality_score ?? "unknown"}`;
      return ["INFO", `${module ?? "Files of no module"}, iteration ${iteration}: ${figures}`];
    }
    case "module.completed":
      return ["INFO", `Module ${event.data.module} complete`];
    case "snapshot.taken":
      return ["INFO", `Snapshot ${event.data.commit}: ${event.data.files} files`];
    case "evidence.recorded": {
      const { passed, name, exit_code, reason } = event.data.evidence;
      return passed ? ["INFO", `Passed: ${name}`] : ["ERROR", `Failed: ${name} (${exit_code ?? reason})`];
    }
    case "review.completed": {
      const { agent, verdict, summary } = event.data.review;
      return [verdict === "approved" ? "INFO" : "WARNING", `Review by ${agent}: ${verdict}. ${summary}`];
    }
    case "task.waiting":
      return ["WARNING", `Task waits: ${event.data.block_reason.message}`];
    case "task.intervened":
      return ["INFO", `Guidance ${event.data.number}: ${event.data.guidance}`];
    case "task.intervention_delivered":
      return ["INFO", `Guidance ${event.data.number} was heard (${event.data.delivered})`];
    case "branch.published":
      return ["INFO", `Published ${event.data.branch}`];
    case "task.ended": {
      const { status, error } = event.data;
      const well = status === "done" || status === "no_change";
      return [well ? "INFO" : "ERROR", `Task ${status}${error ? `: ${error.message}` : ""}`];
    }
    default:
      return undefined;
  }
}

function itemLine(item: Item): Line | undefined {
  switch (item.kind) {
    case "message":
      return item.text ? ["INFO", `${item.role === "user" ? "person" : "agent"}: ${item.text}`] : undefined;
    case "command":
      return ["INFO", `$ ${item.command ?? ""}${item.exit_code ? ` (exit code ${item.exit_code})` : ""}`];
    case "file_change":
      return ["INFO", `Changed ${item.path ?? "a file"}`];
    case "error":
      return ["ERROR", item.text ?? "The agent reports an error"];
    case "reasoning":
    case "plan":
      return item.text ? ["DEBUG", item.text] : undefined;
    default:
      return ["DEBUG", [item.kind, item.name].filter(Boolean).join(" ")];
  }
}
