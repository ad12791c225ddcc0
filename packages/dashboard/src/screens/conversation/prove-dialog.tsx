import type { Result } from "@harness/protocol";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAct } from "../../live/index.ts";
import { Button, Dialog, Field, Problem, TextArea } from "../../ui/index.ts";

/** Has the newest checkpoint proven: it becomes a task, which is shown next. */
export function ProveDialog({
  thread,
  onClose,
}: {
  readonly thread: Result<"thread/get">;
  readonly onClose: () => void;
}): ReactNode {
  const [prompt, setPrompt] = useState("");
  const navigate = useNavigate();
  const prove = useAct("thread/prove");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const said = prompt.trim() === "" ? {} : { prompt };
    prove.mutate(
      { thread_id: thread.id, ...said },
      {
        onSuccess: ({ task_id: taskId }) => void navigate({ to: "/ui/tasks/$taskId", params: { taskId } }),
      },
    );
  };
  return (
    <Dialog title="Prove this" onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <p>
          The newest checkpoint becomes a task that begins with it as finished work: the project's checks run
          on it, another agent reviews it, and it is published as <strong>VERIFIED</strong>. {thread.agent}{" "}
          goes on where they send it back.
        </p>
        <Field label="What it is to do">
          <TextArea
            value={prompt}
            rows={4}
            placeholder="what you said in the conversation"
            onChange={(event) => setPrompt(event.target.value)}
          />
        </Field>
        {prove.error !== null && <Problem error={prove.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it as it is</Button>
          <Button type="submit" look="primary" busy={prove.isPending}>
            Prove it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The tasks that prove a conversation, the newest first. */
export function Proofs({ proofs }: { readonly proofs: Result<"thread/get">["proofs"] }): ReactNode {
  if (proofs.length === 0) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-sm">
      Proof:
      {proofs.toReversed().map(({ task_id, checkpoint }) => (
        <Link
          key={task_id}
          to="/ui/tasks/$taskId"
          params={{ taskId: task_id }}
          className="text-accent underline"
        >
          the task of {checkpoint.slice(0, 8)}
        </Link>
      ))}
    </p>
  );
}
