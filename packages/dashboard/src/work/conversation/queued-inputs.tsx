import type { QueuedInput } from "@harness/protocol";
import { Pencil, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useAct } from "../../live/index.ts";
import { Button, isSend, Problem, TextArea, visibleText } from "../../ui/index.ts";
import { oneLine } from "./shortened.ts";
import type { ThreadView } from "./thread-follower.ts";

/** What waits until the agent is free: it can be changed and taken back until then, also after a restart. */
export function QueuedInputs({
  view: { queue, status, turns, thread_id },
}: {
  readonly view: ThreadView;
}): ReactNode {
  if (queue.length === 0) return null;
  const last = turns.findLast(({ rolled_back }) => !rolled_back)?.status;
  const held = status === "idle" && (last === "cancelled" || last === "failed");
  return (
    <section aria-label="Queued" className="flex flex-col gap-1">
      <h2 className="text-sm font-semibold text-muted">Said next, one turn each</h2>
      {held && <Held threadId={thread_id} />}
      <ol className="flex flex-col gap-1">
        {queue.map((input) => (
          <QueuedChip key={input.id} input={input} />
        ))}
      </ol>
    </section>
  );
}

/** After a turn that was stopped or failed a person says whether the queue goes on. */
function Held({ threadId }: { readonly threadId: string }): ReactNode {
  const resume = useAct("thread/resume");
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="text-answer">The turn before did not end well, so this waits for you.</span>
      <Button busy={resume.isPending} onClick={() => resume.mutate({ thread_id: threadId })}>
        Go on
      </Button>
      {resume.error !== null && <Problem error={resume.error} />}
    </div>
  );
}

function QueuedChip({ input }: { readonly input: QueuedInput }): ReactNode {
  const [edited, setEdited] = useState<string | null>(null);
  const edit = useAct("input/edit");
  const remove = useAct("input/remove");
  const error = edit.error ?? remove.error;
  const save = () => {
    if (edited === null || edited.trim() === "") return;
    edit.mutate({ input_id: input.id, text: edited }, { onSuccess: () => setEdited(null) });
  };
  const line = visibleText(oneLine(input.text, 300));
  return (
    <li className="flex min-w-0 flex-col gap-1 rounded border bg-sunken px-2 py-1">
      {error !== null && <Problem error={error} />}
      {edited === null ? (
        <div className="flex min-w-0 items-center gap-1">
          <span className="min-w-0 flex-1 truncate" title={visibleText(input.text)}>
            {line}
          </span>
          {input.execution_strategy !== null && (
            <span className="text-sm text-muted">{input.execution_strategy}</span>
          )}
          <Button look="quiet" aria-label={`Change: ${line}`} onClick={() => setEdited(input.text)}>
            <Pencil size={13} aria-hidden />
          </Button>
          <Button
            look="quiet"
            aria-label={`Remove: ${line}`}
            busy={remove.isPending}
            onClick={() => remove.mutate({ input_id: input.id })}
          >
            <X size={13} aria-hidden />
          </Button>
        </div>
      ) : (
        <form
          className="flex flex-col gap-1"
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <TextArea
            aria-label="What is said instead"
            autoFocus
            rows={2}
            value={edited}
            onChange={(event) => setEdited(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") setEdited(null);
              if (isSend(event)) save();
            }}
          />
          <div className="flex gap-2">
            <Button type="submit" look="primary" busy={edit.isPending} disabled={edited.trim() === ""}>
              Save
            </Button>
            <Button onClick={() => setEdited(null)}>Leave as it was</Button>
          </div>
        </form>
      )}
    </li>
  );
}
