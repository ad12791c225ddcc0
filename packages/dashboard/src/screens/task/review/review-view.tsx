import type { Finding, TaskDetail } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { Button, Empty, Panel } from "../../../ui/index.ts";
import { actionsFor, GoesAlong, isOver, useCollected, useTaskActions } from "../../../work/index.ts";
import { AskBox, useAsk } from "../ask/index.ts";
import { askingText, sortedFindings, staleReview } from "./findings.ts";
import { RoundPanel } from "./round-panel.tsx";

/** What other agents said of the work, and what a person makes of it. */
export function ReviewView({ task }: { readonly task: TaskDetail }): ReactNode {
  const rounds = task.review_history.toReversed();
  const open = sortedFindings(rounds[0]?.findings ?? []);
  const [left, setLeft] = useState<ReadonlySet<Finding>>(new Set());
  const chosen = open.filter((finding) => !left.has(finding));
  return (
    <div className="flex flex-col gap-4">
      <StaleBanner task={task} />
      {rounds.length === 0 && (
        <Empty title="Nobody has reviewed it yet">
          A different agent reads the change and the evidence once the checks pass.
        </Empty>
      )}
      {rounds.map((round, index) => (
        <RoundPanel
          key={round.id}
          round={round}
          task={task}
          choice={
            index > 0
              ? null
              : {
                  has: (finding) => !left.has(finding),
                  set: (finding, on) => {
                    const next = new Set(left);
                    if (on) next.delete(finding);
                    else next.add(finding);
                    setLeft(next);
                  },
                }
          }
        />
      ))}
      <Decision task={task} findings={chosen} />
    </div>
  );
}

/** The work is not what was reviewed any more: what that means, and what to do. */
function StaleBanner({ task }: { readonly task: TaskDetail }): ReactNode {
  const stale = staleReview(task);
  if (stale === null || task.head_sha === null) return null;
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-3 rounded border border-review/50 bg-review-soft p-3 text-review"
    >
      <p className="min-w-0 flex-1">
        Reviewed <code className="font-mono">{stale.commit.slice(0, 8)}</code>, the head is{" "}
        <code className="font-mono">{task.head_sha.slice(0, 8)}</code>: what changed since was not reviewed.{" "}
        {isOver(task)
          ? "Look at it; a retry or a request for a change has it reviewed again."
          : "It is reviewed again before the task is done."}
      </p>
      <Link
        to="/ui/tasks/$taskId"
        params={{ taskId: task.id }}
        search={{ tab: "changes", since: "review" }}
        className="font-medium underline"
      >
        Show what changed since
      </Link>
    </div>
  );
}

function Decision({
  task,
  findings,
}: {
  readonly task: TaskDetail;
  readonly findings: readonly Finding[];
}): ReactNode {
  const [note, setNote] = useState("");
  const [sent, setSent] = useState(false);
  const ask = useAsk(task);
  const actions = useTaskActions();
  const decide = actionsFor([task]).filter(({ action }) => ["land", "accept"].includes(action.id));
  const along = useCollected();
  const text = () => along.withWords(askingText(note, findings, task.review_history.at(-1)));
  return (
    <Panel
      title="Your decision"
      actions={
        <span className="flex gap-2">
          {decide.map(({ action }) => (
            <Button key={action.id} look="primary" onClick={() => actions.start(action, [task])}>
              {action.title}
            </Button>
          ))}
        </span>
      }
    >
      {sent && (
        <p role="status" className="mb-2 text-working">
          Sent. The agent works on it.
        </p>
      )}
      {findings.length > 0 && (
        <p className="mb-2 text-muted">
          {findings.length === 1 ? "The chosen finding is" : `The ${findings.length} chosen findings are`}{" "}
          sent along.
        </p>
      )}
      <GoesAlong />
      <AskBox
        ask={ask}
        label="What should be different"
        text={note}
        onText={(words) => {
          setNote(words);
          setSent(false);
        }}
        message={text}
        onSent={() => {
          setNote("");
          along.taken();
          setSent(true);
        }}
        ready={text() !== ""}
      />
      {actions.dialog}
    </Panel>
  );
}
