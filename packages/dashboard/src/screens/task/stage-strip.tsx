import type { Stage, TaskDetail } from "@harness/protocol";
import { Check, Copy, Minus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Dot, Elapsed, visibleText } from "../../ui/index.ts";

/** The stages of the newest attempt in order, each with how it ended and how long it took. */
export function StageStrip({ task }: { readonly task: TaskDetail }): ReactNode {
  const attempt = task.attempt_history.at(-1);
  if (attempt === undefined) return null;
  const stages = task.stages.filter(({ attempt_id }) => attempt_id === attempt.id);
  return (
    // It is scrolled by keyboard too.
    <section
      aria-label={`Stages of attempt ${attempt.number}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      className="relative min-w-0 overflow-x-auto"
    >
      <ol className="flex items-center gap-1 text-sm whitespace-nowrap">
        <li className="pr-1 text-muted">attempt {attempt.number}</li>
        {stages.map((stage) => (
          <StageChip key={`${stage.stage} ${stage.round} ${stage.started_at}`} stage={stage} />
        ))}
      </ol>
    </section>
  );
}

function StageChip({
  stage: { stage, round, outcome, detail, started_at, ended_at },
}: {
  readonly stage: Stage;
}): ReactNode {
  const bad = outcome === "failed" || outcome === "crashed";
  const look = bad
    ? "border-broken/50 text-broken"
    : outcome === null
      ? "border-working/50 text-working"
      : "text-muted";
  return (
    <li
      title={`${outcome ?? "running"}${detail === null ? "" : `: ${visibleText(detail)}`}`}
      className={`flex items-center gap-1 rounded border bg-raised px-1.5 py-0.5 ${look}`}
    >
      <Outcome outcome={outcome} />
      <span className="font-medium text-ink">{stage}</span>
      {round > 1 && <span>round {round}</span>}
      <span>
        <Elapsed from={started_at} to={ended_at} />
      </span>
      <span className="sr-only">{outcome ?? "running"}</span>
      {bad && <span aria-hidden>{outcome}</span>}
    </li>
  );
}

function Outcome({ outcome }: Pick<Stage, "outcome">): ReactNode {
  if (outcome === null) return <Dot tone="working" />;
  const Icon = outcome === "ok" ? Check : outcome === "inherited" ? Copy : outcome === "skipped" ? Minus : X;
  return <Icon size={12} aria-hidden />;
}
