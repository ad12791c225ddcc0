import type { Task } from "@harness/protocol";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, Dialog, Field, Problem, TextArea, visibleText } from "../../ui/index.ts";
import { useRate } from "../../work/index.ts";

type Value = "up" | "down";

/** What a person thinks of a run: a thumb up or down, with a comment if they like. */
export function Thumbs({ task }: { readonly task: Task }): ReactNode {
  const [asked, setAsked] = useState<Value | null>(null);
  const { rating } = task;
  const button = (value: Value, Icon: typeof ThumbsUp) => (
    <Button
      look="quiet"
      aria-pressed={rating?.value === value}
      aria-label={`Thumbs ${value} for ${visibleText(task.title)}`}
      className={rating?.value === value ? "bg-hover text-ink" : ""}
      onClick={() => setAsked(value)}
    >
      <Icon size={14} aria-hidden fill={rating?.value === value ? "currentColor" : "none"} />
    </Button>
  );
  return (
    <span className="flex flex-col">
      <span className="flex">
        {button("up", ThumbsUp)}
        {button("down", ThumbsDown)}
      </span>
      {rating?.comment && (
        <span className="max-w-40 truncate text-sm text-muted" title={visibleText(rating.comment)}>
          {visibleText(rating.comment)}
        </span>
      )}
      {asked !== null && <ThumbDialog task={task} value={asked} onClose={() => setAsked(null)} />}
    </span>
  );
}

interface ThumbDialogProps {
  readonly task: Task;
  readonly value: Value;
  readonly onClose: () => void;
}

function ThumbDialog({ task, value, onClose }: ThumbDialogProps): ReactNode {
  const rate = useRate(task);
  const [comment, setComment] = useState(task.rating?.value === value ? (task.rating.comment ?? "") : "");
  const send = (rating: Value | null) => rate.send(rating, comment, onClose);
  return (
    <Dialog title={`Thumbs ${value}`} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          send(value);
        }}
      >
        <p className="break-words">{visibleText(task.title)}</p>
        <Field label="Comment" hint="For whoever looks at this run later; may be left empty.">
          <TextArea
            rows={3}
            maxLength={2000}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
        </Field>
        {rate.error && <Problem error={rate.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          {task.rating !== null && (
            <Button look="quiet" onClick={() => send(null)}>
              Take the judgement back
            </Button>
          )}
          <Button type="submit" look="primary" busy={rate.busy}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
