import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useObserved } from "../../live/index.ts";
import { Badge, Button, PlainText } from "../../ui/index.ts";
import type { LineComment } from "./comments.ts";
import { useCollected, useComments } from "./comments-context.tsx";

/** How many comments are collected. */
export function CollectedBadge(): ReactNode {
  const { length } = useCollected().comments;
  return <Badge tone={length > 0 ? "review" : "plain"}>{length} collected</Badge>;
}

/** What goes along, said beside the button that sends it; nothing when nothing does. */
export function GoesAlong(): ReactNode {
  const { length } = useCollected().comments;
  if (length === 0) return null;
  return (
    <span role="status" className="text-sm text-review">
      {length === 1 ? "1 comment on a line goes along" : `${length} comments on lines go along`}
    </span>
  );
}

/** The comments that were collected and those that are being written; a press shows the line of one. */
export function CommentList({
  onComment,
}: {
  readonly onComment: (comment: LineComment) => void;
}): ReactNode {
  const store = useComments();
  const comments = useObserved(store.all).filter(({ text, draft }) => text !== "" || draft !== "");
  return (
    <ul className="mb-2 flex flex-col gap-1 empty:hidden">
      {comments.map((comment) => (
        <li key={comment.id} className="flex items-start gap-2">
          <button
            type="button"
            className="min-h-6 min-w-0 flex-1 rounded text-left hover:bg-hover pointer-coarse:min-h-11"
            onClick={() => onComment(comment)}
          >
            <code className="font-mono text-sm text-muted [overflow-wrap:anywhere]">
              <PlainText text={comment.file} />:{comment.line}
            </code>{" "}
            {comment.outdated && <Badge>outdated</Badge>}{" "}
            {comment.text === "" && <Badge>not added yet</Badge>}{" "}
            <PlainText text={comment.text || comment.draft || ""} />
          </button>
          <Button
            look="quiet"
            aria-label={`Remove the comment on line ${comment.line}`}
            onClick={() => store.remove(comment.id)}
          >
            <X size={13} aria-hidden />
          </Button>
        </li>
      ))}
    </ul>
  );
}
