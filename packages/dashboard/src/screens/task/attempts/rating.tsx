import type { TaskDetail } from "@harness/protocol";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useAct } from "../../../live/index.ts";
import { Button, Panel, PlainText, Problem, TextArea, Time } from "../../../ui/index.ts";

type Thumb = "up" | "down";

/** What a person thinks of the result, with a reason. */
export function Rating({ task }: { readonly task: TaskDetail }): ReactNode {
  const [comment, setComment] = useState(task.rating?.comment ?? "");
  const rate = useAct("task/rate");
  const value = task.rating?.value ?? null;
  const send = (rating: Thumb | null) =>
    rate.mutate({
      task_id: task.id,
      rating,
      ...(rating === null || comment.trim() === "" ? {} : { comment: comment.trim() }),
    });
  const thumb = (which: Thumb) => (
    <Button
      aria-pressed={value === which}
      busy={rate.isPending}
      className={value === which ? "border-accent text-accent" : ""}
      onClick={() => send(which)}
    >
      {which === "up" ? <ThumbsUp size={14} aria-hidden /> : <ThumbsDown size={14} aria-hidden />}
      {which === "up" ? "Good" : "Bad"}
    </Button>
  );
  return (
    <Panel title="Your rating">
      <div className="flex flex-col gap-2">
        {task.rating !== null && (
          <p role="status" className="[overflow-wrap:anywhere]">
            Rated {value === "up" ? "good" : "bad"} by <PlainText text={task.rating.by} />{" "}
            <Time at={task.rating.at} />
            {task.rating.comment !== null && (
              <>
                : <PlainText text={task.rating.comment} />
              </>
            )}
          </p>
        )}
        <TextArea
          aria-label="Why (optional)"
          placeholder="Why (optional)"
          rows={2}
          maxLength={2000}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
        {rate.error !== null && <Problem error={rate.error} />}
        <div className="flex gap-2">
          {thumb("up")}
          {thumb("down")}
          {value !== null && (
            <Button look="quiet" busy={rate.isPending} onClick={() => send(null)}>
              Take back
            </Button>
          )}
        </div>
      </div>
    </Panel>
  );
}
