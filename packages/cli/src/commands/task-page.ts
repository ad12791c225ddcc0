import type { Stage, TaskDetail } from "@harness/protocol";
import type { Context } from "../command.ts";
import { budgetText } from "../terminal/budget-words.ts";
import type { Screen } from "../terminal/screen.ts";
import {
  ago,
  count,
  duration,
  share,
  shortSha,
  statusTone,
  statusWord,
  usageText,
} from "../terminal/words.ts";
import { showEvidence, showReviews } from "./task-results.ts";
import { heard } from "./work.ts";

/** Everything a person wants to know about a task on one page. */
export function showTask(task: TaskDetail, context: Context): void {
  const { out, surroundings } = context;
  const now = surroundings.clock.now();
  const changes = task.changes;
  out.facts([
    ["task", task.id],
    ["title", task.title, "bold"],
    ["status", statusWord(task.status, !out.isTerminal), statusTone(task.status)],
    ["stage", task.stage],
    ["project", task.project],
    ["agent", [task.agent, task.model].filter(Boolean).join(" / ")],
    ["priority", ["normal", "high", "urgent"][task.priority] ?? String(task.priority)],
    ["labels", task.labels.join(", ")],
    ["depends on", task.depends_on.join(", ")],
    ["base", [task.base_branch, shortSha(task.base_sha)].filter(Boolean).join(" @ ")],
    ["branch", task.branch, "green"],
    ["commit", shortSha(task.head_sha)],
    ["revisions", task.revisions > 0 ? String(task.revisions) : null],
    [
      "landed",
      task.landed && `${task.landed.how} into ${task.landed.branch} @ ${shortSha(task.landed.commit)}`,
      "green",
    ],
    ["discarded", task.discarded_at, "yellow"],
    ["changes", changes && `${count(changes.files, "file")}, +${changes.insertions} -${changes.deletions}`],
    ["validation", task.evidence.state],
    ["review", task.review.state],
    ["accepted", task.accepted.join(", "), "yellow"],
    ["grade", gradeText(task)],
    ["rating", task.rating && [task.rating.value, task.rating.comment].filter(Boolean).join(": ")],
    ["usage", usageText(task.usage)],
    ["ran", duration(task.spent.wall_ms)],
    ["limits", budgetText(task.limits, task.spent)],
    [
      "sandbox",
      task.sandbox && `${task.sandbox.driver}, ${task.sandbox.profile}, network ${task.sandbox.network}`,
    ],
    ["error", task.error && `${task.error.code}: ${task.error.message}`, "red"],
    ["attempts", String(task.attempts)],
    ["redeliveries", task.redeliveries > 0 ? String(task.redeliveries) : null],
    ["created", out.isTerminal ? ago(task.created_at, now) : task.created_at],
    ["progress", out.isTerminal ? ago(task.progress_at, now) : task.progress_at],
    ["ended", out.isTerminal ? ago(task.finished_at, now) : task.finished_at],
  ]);
  showBlock(task, out);
  if (task.stages.length > 0) {
    out.line();
    out.table(task.stages, [
      { head: "stage", cell: (stage) => (stage.round > 0 ? `${stage.stage} ${stage.round}` : stage.stage) },
      { head: "outcome", cell: ({ outcome }) => outcome ?? "running", tone: stageTone },
      { head: "took", cell: (stage) => stageTime(stage, now), alignRight: true },
      { head: "detail", cell: ({ detail }) => detail ?? "", elastic: true },
    ]);
  }
  showWork(task, out);
  showEvidence(task.evidence_history, out);
  showReviews(task.review_history, out);
}

/** How far the plan is, and what a person said meanwhile. */
function showWork({ modules, interventions }: TaskDetail, out: Screen): void {
  if (modules.length > 0) {
    out.line();
    out.table(modules, [
      { head: "module", cell: ({ name }) => name },
      { head: "status", cell: ({ status }) => status },
      { head: "rounds", cell: ({ iterations }) => String(iterations), alignRight: true },
      { head: "tests", cell: ({ test_pass_rate }) => share(test_pass_rate, ""), alignRight: true },
      { head: "score", cell: ({ quality_score }) => share(quality_score, ""), alignRight: true },
      { head: "what", cell: ({ description }) => description, elastic: true },
    ]);
  }
  if (interventions.length > 0) {
    out.line();
    out.table(interventions, [
      { head: "guidance", cell: ({ number }) => String(number), alignRight: true },
      { head: "heard", cell: heard },
      { head: "said", cell: ({ guidance }) => guidance, elastic: true },
    ]);
  }
}

/** Why a task waits and the commands that end the wait; nothing for a task that does not. */
export function showBlock(task: Pick<TaskDetail, "block_reason">, out: Screen): void {
  const block = task.block_reason;
  if (block === null) return;
  out.line();
  out.facts([
    ["waits", block.message, "yellow"],
    ["because", block.code],
    ["needs", block.needs],
    ["until", block.until],
    ["fails at", block.expires_at],
    ...block.unblock.map((command) => ["run", command, "bold"] as const),
  ]);
}

function gradeText(task: TaskDetail): string | null {
  if (task.grade === null) return null;
  const { letter, score, formula } = task.grade;
  return `${letter ?? "none"} (${score ?? "no data"}; ${formula})`;
}

function stageTone(stage: Stage) {
  if (stage.outcome === "ok" || stage.outcome === "inherited") return "green";
  return stage.outcome === null ? "cyan" : stage.outcome === "skipped" ? "dim" : "red";
}

function stageTime(stage: Stage, now: number): string {
  return duration((stage.ended_at ? Date.parse(stage.ended_at) : now) - Date.parse(stage.started_at));
}
