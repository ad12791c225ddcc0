import type { TaskDetail } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useAct } from "../../live/index.ts";
import { Button, CopyText, Elapsed, Input, PlainText, Problem, Time } from "../../ui/index.ts";
import { actionsFor, type TaskActionRun } from "../../work/index.ts";

/** What ends a wait, of all that can be done with a task. */
const ending: readonly string[] = ["accept", "unblock"];

interface BlockNoticeProps {
  readonly task: TaskDetail;
  readonly actions: TaskActionRun;
}

/** Why a task does not go on, what it needs, and what ends the wait; or how it failed. */
export function BlockNotice({ task, actions }: BlockNoticeProps): ReactNode {
  const { block_reason: reason, error } = task;
  if (reason === null)
    return error === null ? null : (
      <p role="status" className="rounded border border-broken/40 bg-broken-soft p-2 break-words text-broken">
        <PlainText text={error.message} /> <code className="font-mono text-xs">({error.code})</code>
      </p>
    );
  const person = reason.needs === "person";
  return (
    <section
      aria-label="Why it waits"
      className={`flex flex-col gap-2 rounded border p-2 ${person ? "border-answer bg-answer-soft" : "bg-raised"}`}
    >
      <p className="break-words">
        <strong className={person ? "text-answer" : ""}>
          {person ? "Waits for you" : `Waits for a ${reason.needs}`}
        </strong>{" "}
        for <Elapsed from={reason.since} to={null} />: <PlainText text={reason.message} />{" "}
        <code className="font-mono text-xs text-muted">({reason.code})</code>
      </p>
      <p className="flex flex-wrap gap-x-3 text-sm text-muted">
        {reason.until !== null && (
          <span>
            It goes on by itself <Time at={reason.until} />.
          </span>
        )}
        {reason.expires_at != null && (
          <span>
            It fails <Time at={reason.expires_at} /> unless the wait ends.
          </span>
        )}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        {reason.code === "approval" && (
          <Link
            to="/ui/tasks/$taskId"
            params={{ taskId: task.id }}
            search={{ tab: "conversation" }}
            className="font-medium text-accent underline"
          >
            Answer in the conversation
          </Link>
        )}
        {reason.code === "config_unapproved" && (
          <Link
            to="/ui/projects/$projectId"
            params={{ projectId: task.project_id }}
            className="font-medium text-accent underline"
          >
            Look at the settings of the project
          </Link>
        )}
        {reason.code === "auth" && (
          <Link to="/ui/agents" className="font-medium text-accent underline">
            Look at the agents
          </Link>
        )}
        {reason.code === "review_limit" && <MoreRounds task={task} />}
        {actionsFor([task])
          .filter(({ action }) => ending.includes(action.id))
          .map(({ action }) => (
            <Button key={action.id} onClick={() => actions.start(action, [task])}>
              {action.title}
            </Button>
          ))}
        {reason.unblock.length > 0 && (
          <details>
            <summary className="text-sm text-muted">In a terminal</summary>
            <ul className="mt-1 flex flex-col gap-1">
              {reason.unblock.map((command) => (
                <li key={command} className="min-w-0">
                  <CopyText text={command} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </section>
  );
}

/** Goes on with more rounds of review. */
function MoreRounds({ task }: { readonly task: TaskDetail }): ReactNode {
  const [rounds, setRounds] = useState("2");
  const unblock = useAct("task/unblock");
  const given = Number(rounds);
  const fits = Number.isInteger(given) && given >= 1 && given <= 20;
  return (
    <form
      className="flex items-center gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (fits) unblock.mutate({ task_id: task.id, rounds: given });
      }}
    >
      <Button type="submit" busy={unblock.isPending} disabled={!fits}>
        Go on for
      </Button>
      <Input
        aria-label="More rounds"
        className="!w-14"
        inputMode="numeric"
        value={rounds}
        onChange={(event) => setRounds(event.target.value)}
      />
      <span>more rounds</span>
      {unblock.error !== null && <Problem error={unblock.error} />}
    </form>
  );
}
