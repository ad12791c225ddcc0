import type { Approval, Item, PlanJob, PlanState } from "@harness/protocol";

const TRANSCRIPT = 16_000;
const PREVIEW = 512;

/** One thing an agent did or does in a turn. */
export interface Doing {
  readonly turn_id: string;
  readonly item: Item;
  /** False while it goes on. */
  readonly done: boolean;
}

/** The kinds of item that are jobs: something is run, changed or called. */
export const jobKinds = ["command", "file_change", "tool_call"] as const satisfies readonly Item["kind"][];

/** What an agent did as a job; `live` says whether its turn still runs. */
export function jobOf({ turn_id, item, done }: Doing, live: boolean): PlanJob {
  const output = item.output ?? "";
  const failed = item.exit_code !== undefined && item.exit_code !== null && item.exit_code !== 0;
  const over = failed
    ? "failed"
    : item.kind === "command" && item.exit_code === null
      ? "blocked"
      : "succeeded";
  return {
    job_id: `${turn_id}:${item.id}`,
    tool: toolOf(item),
    command: item.kind === "command" ? (item.command ?? null) : (item.path ?? null),
    status: done ? over : live ? "running" : "blocked",
    output_transcript: output.slice(-TRANSCRIPT),
    output_preview: output.slice(0, PREVIEW),
    has_error_output: failed,
  };
}

/** What an agent asks leave for, or was denied, as a job. */
export function askedJob(approval: Approval): PlanJob {
  return {
    job_id: approval.id,
    tool: approval.tool,
    command: approval.command ?? approval.summary,
    status: approval.status === "pending" ? "waiting_approval" : "blocked",
    output_transcript: "",
    output_preview: "",
    has_error_output: false,
  };
}

/** Whether a job only looks. */
export function inspects({ tool }: PlanJob): boolean {
  return /read|grep|glob|list|search|find|^ls$/i.test(tool);
}

/** The steps of a plan in an agent's words: lines with a box, what comes before them explains. */
export function stepsOf(text: string): Pick<PlanState, "explanation" | "items"> {
  const items: PlanState["items"] = [];
  const before: string[] = [];
  for (const line of text.split("\n")) {
    const [, mark, step] = /^\s*(?:[-*]|\d+[.)])?\s*\[(.)\]\s+(.*\S)\s*$/.exec(line) ?? [];
    if (mark === undefined || step === undefined) {
      if (items.length === 0 && line.trim() !== "") before.push(line.trim());
      continue;
    }
    const status = mark === " " ? "pending" : /[xX✓✔]/.test(mark) ? "completed" : "in_progress";
    items.push({ step, status, job_id: null });
  }
  return { explanation: before.length > 0 ? before.join("\n") : null, items };
}

function toolOf(item: Item): string {
  if (item.name !== undefined) return item.name;
  if (item.kind === "command") return "run_command";
  return item.kind === "file_change" ? "write_file" : "tool";
}
