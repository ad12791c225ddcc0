import type { TaskDetail } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { useObserved } from "../../../live/index.ts";
import { Panel } from "../../../ui/index.ts";
import {
  CollectedBadge,
  CommentList,
  type LineComment,
  useCollected,
  useComments,
} from "../../../work/index.ts";
import { AskBox, useAsk } from "../ask/index.ts";

interface SendCommentsProps {
  readonly task: TaskDetail;
  readonly onComment: (comment: LineComment) => void;
}

/** The comments that were collected, and the words they are sent with, together. */
export function SendComments({ task, onComment }: SendCommentsProps): ReactNode {
  const [sent, setSent] = useState(false);
  const ask = useAsk(task);
  const store = useComments();
  const note = useObserved(store.note);
  const { comments, withWords, taken } = useCollected();
  const done = () => {
    setSent(true);
    store.setNote("");
    taken();
  };
  return (
    <Panel title="Comments" actions={<CollectedBadge />}>
      <CommentList onComment={onComment} />
      <p role="status" className="mb-2 text-working empty:hidden">
        {sent && comments.length === 0 && note === "" && "Sent. The agent works on it."}
      </p>
      <AskBox
        ask={ask}
        label={comments.length > 0 ? "A note to send along (optional)" : "What should be different"}
        text={note}
        onText={(text) => store.setNote(text)}
        message={() => withWords(note)}
        onSent={done}
        ready={comments.length > 0 || note.trim() !== ""}
      />
    </Panel>
  );
}
