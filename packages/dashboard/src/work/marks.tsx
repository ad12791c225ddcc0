import type { Task, Usage } from "@harness/protocol";
import { Check, Minus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Badge, count, Dot, money, visibleText } from "../ui/index.ts";
import { statusWord, toneOf } from "./standing.ts";

/** The status of a task: a dot and its word. */
export function StatusBadge({ task }: { readonly task: Task }): ReactNode {
  const tone = toneOf(task);
  return (
    <Badge tone={tone} title={task.block_reason?.message ?? task.error?.message ?? ""}>
      <Dot tone={tone} />
      {statusWord(task)}
    </Badge>
  );
}

/** What Harness itself ran on the commit. */
export function EvidenceMark({ task }: { readonly task: Task }): ReactNode {
  const { state, counts } = task.evidence;
  const figures = counts === null ? "" : ` ${counts.passed}/${counts.passed + counts.failed}`;
  const tone = state === "passed" ? "working" : state === "failed" ? "broken" : "plain";
  const Icon = state === "passed" ? Check : state === "failed" ? X : Minus;
  return (
    <Badge tone={tone} title="Checks Harness ran on exactly this commit">
      <Icon size={11} aria-hidden /> checks {state}
      {figures}
    </Badge>
  );
}

/** What another agent said of it. */
export function ReviewMark({ task }: { readonly task: Task }): ReactNode {
  const { state, rounds, agent } = task.review;
  const tone = state === "approved" ? "working" : state === "none" ? "plain" : "review";
  return (
    <Badge tone={tone} title={agent === null ? "" : `Reviewed by ${visibleText(agent)}, ${rounds} rounds`}>
      review {state.replaceAll("_", " ")}
    </Badge>
  );
}

/** Lines and files a task changed. */
export function ChangeSize({ changes }: { readonly changes: Task["changes"] }): ReactNode {
  if (changes === null) return null;
  return (
    <span className="whitespace-nowrap">
      <span className="text-added">+{count(changes.insertions)}</span>{" "}
      <span className="text-removed">−{count(changes.deletions)}</span>{" "}
      <span className="text-muted">
        {changes.files} {changes.files === 1 ? "file" : "files"}
      </span>
    </span>
  );
}

interface UsageTextProps {
  readonly usage: Usage;
  /** True while more is used: many agents say what a turn cost only when it has ended. */
  readonly open?: boolean;
}

/** Tokens and money. */
export function UsageText({ usage, open = false }: UsageTextProps): ReactNode {
  const { total_tokens, cost_usd } = usage;
  const notYet = open && cost_usd === 0 && total_tokens > 0;
  return (
    <span className="text-muted">
      <span className="whitespace-nowrap">{count(total_tokens)} tokens</span> ·{" "}
      <span className="whitespace-nowrap">{notYet ? "cost not known yet" : money(cost_usd)}</span>
    </span>
  );
}

/** Who works on it. */
export function AgentName({
  agent,
  model,
}: {
  readonly agent: string;
  readonly model: string | null;
}): ReactNode {
  return (
    <span className="truncate">
      {visibleText(agent)}
      {model !== null && <span className="text-muted"> {visibleText(model)}</span>}
    </span>
  );
}
