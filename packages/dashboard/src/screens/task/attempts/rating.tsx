import type { TaskDetail } from "@harness/protocol";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, Panel, PlainText, Problem, TextArea, Time } from "../../../ui/index.ts";
import { useRate } from "../../../work/index.ts";

type Thumb = "up" | "down";

/** What a person thinks of the result, with a reason. */
export function Rating({ task }: { readonly task: TaskDetail }): ReactNode {
  const [comment, setComment] = useState(task.rating?.comment ?? "");
  const rate = useRate(task);
  const value = task.rating?.value ?? null;
  const thumb = (which: Thumb) => (
    <Button
      aria-pressed={value === which}
      busy={rate.busy}
      className={value === which ? "border-accent text-accent" : ""}
      onClick={() => rate.send(which, comment)}
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
            <Button look="quiet" busy={rate.busy} onClick={() => rate.send(null, comment)}>
              Take back
            </Button>
          )}
        </div>
      </div>
    </Panel>
  );
}
