import { Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { Badge, Button, isSend, PlainText, TextArea } from "../../ui/index.ts";
import { type Anchor, anchorKey, type LineComment } from "../comments/index.ts";
import type { Diff } from "./use-diff.ts";

interface TalkProps {
  readonly diff: Diff;
  readonly anchor: Anchor;
}

/** What is written on a line, and what is being written. */
export function Talk({ diff, anchor }: TalkProps): ReactNode {
  const key = anchorKey(anchor);
  return (
    <div className="flex max-w-3xl flex-col gap-2 border-y bg-page p-2 font-sans text-base">
      {anchor.side === "before" && (
        <p className="text-sm text-muted">On line {anchor.line} as it was before the change</p>
      )}
      {diff.here
        .filter((comment) => anchorKey(comment) === key)
        .map((comment) => (
          <CommentCard key={comment.id} comment={comment} diff={diff} />
        ))}
    </div>
  );
}

/** What was written on lines of a file that are not there any more, each with the line as it was. */
export function OutdatedTalk({ diff, file }: { readonly diff: Diff; readonly file: string }): ReactNode {
  return (
    <div className="flex max-w-3xl flex-col gap-2 border-y bg-page p-2 font-sans text-base">
      {diff.comments
        .filter((comment) => comment.outdated && comment.file === file)
        .map((comment) => (
          <div key={comment.id} className="flex flex-col gap-1">
            <p className="text-sm text-muted">
              <Badge>outdated</Badge> Line {comment.line} at {comment.commit.slice(0, 8)} is another since. It
              was:
            </p>
            <code className="truncate font-mono text-sm text-muted">
              <PlainText text={comment.quote} />
            </code>
            <CommentCard comment={comment} diff={diff} />
          </div>
        ))}
    </div>
  );
}

function CommentCard({ comment, diff }: { readonly comment: LineComment; readonly diff: Diff }): ReactNode {
  const { draft, id } = comment;
  if (draft !== null)
    return (
      <CommentEditor
        label={`Comment on line ${comment.line}`}
        text={draft}
        begun={draft === comment.text}
        onText={(text) => diff.store.write(id, text)}
        onCancel={() => diff.store.write(id, null)}
        onSave={(text) => diff.store.save(id, text)}
      />
    );
  return (
    <article aria-label={`Comment on line ${comment.line}`} className="rounded border bg-raised p-2">
      <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        <PlainText text={comment.text} />
      </p>
      <div className="mt-1 flex items-center gap-1">
        <span className="mr-auto text-sm text-muted">Not sent yet</span>
        <Button look="quiet" onClick={() => diff.store.write(id, comment.text)}>
          <Pencil size={12} aria-hidden /> Edit
        </Button>
        <Button look="quiet" onClick={() => diff.store.remove(id)}>
          <Trash2 size={12} aria-hidden /> Remove
        </Button>
      </div>
    </article>
  );
}

interface CommentEditorProps {
  readonly label: string;
  readonly text: string;
  /** True until something is typed: only then it takes the focus, not when it comes back into view. */
  readonly begun: boolean;
  readonly onText: (text: string) => void;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}

function CommentEditor({ label, text, begun, onText, onSave, onCancel }: CommentEditorProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it appears, never again
  useEffect(() => {
    if (begun) box.current?.querySelector("textarea")?.focus({ preventScroll: true });
  }, []);
  const empty = text.trim() === "";
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") onCancel();
    if (isSend(event) && !empty) onSave(text);
  };
  return (
    <div ref={box} className="flex flex-col gap-2 rounded border bg-raised p-2">
      <TextArea
        aria-label={label}
        placeholder="What should be different here?"
        rows={3}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={press}
      />
      <div className="flex justify-end gap-2">
        <Button look="quiet" keys="Esc" onClick={onCancel}>
          Cancel
        </Button>
        <Button look="primary" keys="Ctrl+Enter" disabled={empty} onClick={() => onSave(text)}>
          Add comment
        </Button>
      </div>
    </div>
  );
}
