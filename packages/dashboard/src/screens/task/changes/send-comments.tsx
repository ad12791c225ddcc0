import type { TaskDetail } from "@harness/protocol";
import { X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Badge, Button, Panel, PlainText } from "../../../ui/index.ts";
import { AskBox, useAsk } from "../ask/index.ts";
import { messageOf, NOTE } from "./comments.ts";
import { anchorKey } from "./rows.ts";
import type { Diff } from "./use-diff.ts";

interface SendCommentsProps {
  readonly task: TaskDetail;
  readonly diff: Diff;
  readonly onComment: (row: string, file: string) => void;
}

/** The comments that were collected, and the words they are sent with, together. */
export function SendComments({ task, diff, onComment }: SendCommentsProps): ReactNode {
  const [sent, setSent] = useState<number | null>(null);
  const ask = useAsk(task);
  const { comments, store } = diff;
  const note = diff.drafts.get(NOTE) ?? "";
  const done = () => {
    setSent(comments.length);
    store.setDraft(NOTE, null);
    store.clear();
  };
  return (
    <Panel
      title="Comments"
      actions={<Badge tone={comments.length > 0 ? "review" : "plain"}>{comments.length} collected</Badge>}
    >
      <ul className="mb-2 flex flex-col gap-1 empty:hidden">
        {comments.map((comment) => (
          <li key={comment.id} className="flex items-start gap-2">
            <button
              type="button"
              className="min-h-6 min-w-0 flex-1 rounded text-left hover:bg-hover pointer-coarse:min-h-11"
              onClick={() => onComment(anchorKey(comment), comment.file)}
            >
              <code className="font-mono text-sm text-muted [overflow-wrap:anywhere]">
                <PlainText text={comment.file} />:{comment.line}
              </code>{" "}
              <PlainText text={comment.text} />
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
      <p role="status" className="mb-2 text-working empty:hidden">
        {sent !== null && comments.length === 0 && note === "" && "Sent. The agent works on it."}
      </p>
      <AskBox
        ask={ask}
        label={comments.length > 0 ? "A note to send along (optional)" : "What should be different"}
        text={note}
        onText={(text) => store.setDraft(NOTE, text === "" ? null : text)}
        message={() => messageOf(comments, note, task.head_sha)}
        onSent={done}
        ready={comments.length > 0 || note.trim() !== ""}
      />
    </Panel>
  );
}
