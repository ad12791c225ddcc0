import type { Approval, Task, TaskActivity } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import { Check, GitBranch } from "lucide-react";
import { memo, type ReactNode, useEffect, useRef } from "react";
import { Badge, Elapsed, Time, type Tone, visibleText } from "../../ui/index.ts";
import {
  AgentName,
  ChangeSize,
  EvidenceMark,
  isOver,
  isRunning,
  PriorityMark,
  ReviewMark,
  StatusBadge,
  toneOf,
  UsageText,
} from "../../work/index.ts";
import { ActivityLine } from "./card-activity.tsx";
import { CardNext } from "./card-next.tsx";
import type { Dragging } from "./use-drag.ts";

/** What every card of the board needs to know beside its own task. */
export interface CardSetting {
  /** Titles of tasks others wait for. */
  readonly titleOf: (task_id: string) => string;
  /** True when the board shows several projects. */
  readonly showProject: boolean;
  readonly drag: Dragging;
  readonly onFocus: (task_id: string) => void;
  readonly onSelect: (task_id: string) => void;
  readonly onAct: (task: Task) => void;
}

interface CardProps {
  readonly task: Task;
  readonly activity: TaskActivity | undefined;
  /** Its question to a person, while it has one. */
  readonly asks: Approval | undefined;
  readonly selected: boolean;
  /** Grows when the keys go to this card; 0 while they are elsewhere. */
  readonly moves: number;
  readonly setting: CardSetting;
}

const edges: Readonly<Record<Tone, string>> = {
  answer: "border-l-answer",
  broken: "border-l-broken",
  working: "border-l-working",
  review: "border-l-review",
  done: "border-l-done",
  plain: "border-l-strong-line",
};

/** A task on the board: everything that tells whether it needs a look. */
export const Card = memo(function Card({
  task,
  activity,
  asks,
  selected,
  moves,
  setting,
}: CardProps): ReactNode {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // A card that comes back under a person who writes elsewhere does not take the keys away.
    const { activeElement: at } = document;
    if (moves === 0 || (at !== document.body && !at?.closest("[data-board]"))) return;
    // The column scrolls to its card by itself; the board only to the column.
    link.current?.focus({ preventScroll: true });
    link.current?.closest("section")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [moves]);
  return (
    <article
      aria-label={visibleText(task.title)}
      onPointerDown={(event) => setting.drag.grab(event, task)}
      className={`contained flex flex-col gap-1 rounded border border-l-2 bg-raised p-2 ${edges[asks && !isOver(task) ? "answer" : toneOf(task)]} ${selected ? "bg-hover" : ""} ${moves > 0 ? "outline-1 outline-strong-line" : ""} has-[h3_a:focus-visible]:outline-2 has-[h3_a:focus-visible]:outline-accent`}
    >
      <div className="flex items-start gap-1.5">
        <SelectBox title={task.title} checked={selected} onChange={() => setting.onSelect(task.id)} />
        <h3 className="line-clamp-2 min-w-0 flex-1 font-medium break-words">
          <Link
            ref={link}
            to="/ui/tasks/$taskId"
            params={{ taskId: task.id }}
            draggable={false}
            preload={false}
            onFocus={() => setting.onFocus(task.id)}
            // The ring is the card's: one around the words would be cut off.
            className="outline-none hover:underline"
          >
            {visibleText(task.title)}
          </Link>
        </h3>
      </div>
      <div className="flex flex-wrap items-center gap-1">
        <StatusBadge task={task} />
        <PriorityMark task={task} />
        {task.evidence.state !== "none" && <EvidenceMark task={task} />}
        {task.review.state !== "none" && <ReviewMark task={task} />}
        {task.attempts > 1 && <Badge title="Tries by a worker">attempt {task.attempts}</Badge>}
        <SandboxMark task={task} />
      </div>
      <Facts task={task} activity={activity} showProject={setting.showProject} />
      {isRunning(task) && <ActivityLine item={activity?.item ?? null} />}
      <CardNext task={task} asks={asks} titleOf={setting.titleOf} onAct={setting.onAct} />
    </article>
  );
});

function SelectBox({
  title,
  checked,
  onChange,
}: {
  readonly title: string;
  readonly checked: boolean;
  readonly onChange: () => void;
}): ReactNode {
  return (
    // A button and no field: keys go on to move and select after it was pressed.
    // biome-ignore lint/a11y/useSemanticElements: see above
    <button
      type="button"
      role="checkbox"
      aria-checked={checked}
      aria-label={`Select ${visibleText(title)}`}
      onClick={onChange}
      className={`relative mt-0.5 flex size-4 shrink-0 items-center justify-center rounded border border-strong-line after:absolute after:-inset-1.5 pointer-coarse:after:-inset-3.5 ${checked ? "bg-accent text-on-accent" : "bg-raised"}`}
    >
      {checked && <Check size={12} aria-hidden />}
    </button>
  );
}

function SandboxMark({ task: { sandbox } }: { readonly task: Task }): ReactNode {
  if (sandbox === null) return null;
  if (sandbox.driver === "none") return <Badge title="Nothing confines its agent">unconfined</Badge>;
  return (
    <Badge title={`Confined by ${sandbox.driver}, network ${sandbox.network}`}>
      {sandbox.profile.replaceAll("_", " ")}
    </Badge>
  );
}

function Facts({
  task,
  activity,
  showProject,
}: {
  readonly task: Task;
  readonly activity: TaskActivity | undefined;
  readonly showProject: boolean;
}): ReactNode {
  const began = task.started_at;
  return (
    <div className="flex flex-col text-sm text-muted">
      <div className="flex gap-2">
        {showProject && (
          <span className="max-w-[50%] shrink-0 truncate text-ink">{visibleText(task.project)}</span>
        )}
        <AgentName agent={activity?.turn?.agent ?? task.agent} model={activity?.turn?.model ?? task.model} />
      </div>
      {task.branch !== null && (
        <span className="flex items-center gap-1 font-mono text-xs">
          <GitBranch size={11} aria-hidden className="shrink-0" />
          <span className="truncate">{visibleText(task.branch)}</span>
        </span>
      )}
      <div className="flex flex-wrap gap-x-2">
        <ChangeSize changes={task.changes} />
        {began === null ? (
          <span>
            submitted <Time at={task.created_at} />
          </span>
        ) : (
          <span title="From its first start">
            <Elapsed from={began} to={task.finished_at} />
          </span>
        )}
        {activity && !isOver(task) && activity.turns > 0 && (
          <span>
            turn {activity.turns}
            {activity.max_turns === null ? "" : `/${activity.max_turns}`}
          </span>
        )}
        {task.usage.total_tokens > 0 && <UsageText usage={task.usage} open={!isOver(task)} />}
      </div>
    </div>
  );
}
