import type { Result } from "@harness/protocol";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAct } from "../../live/index.ts";
import { Button, CopyText, Dialog, Field, Input, Problem } from "../../ui/index.ts";
import { ProveDialog } from "./prove-dialog.tsx";

interface ThreadButtonsProps {
  readonly thread: Result<"thread/get">;
  /** True while a turn runs or waits. */
  readonly busy: boolean;
}

/** What can be done with a conversation as a whole. */
export function ThreadButtons({ thread, busy }: ThreadButtonsProps): ReactNode {
  const [asking, setAsking] = useState<"prove" | "publish" | "delete" | null>(null);
  const compact = useAct("thread/compact");
  const close = () => setAsking(null);
  return (
    <>
      <Button
        busy={compact.isPending}
        disabled={busy}
        title="The agent sums it up and goes on from the summary; the history stays readable"
        onClick={() => compact.mutate({ thread_id: thread.id })}
      >
        Compact
      </Button>
      <Button disabled={thread.head_sha === null} onClick={() => setAsking("prove")}>
        Prove this …
      </Button>
      <Button disabled={thread.head_sha === null} onClick={() => setAsking("publish")}>
        Publish …
      </Button>
      <Button look="danger" disabled={busy} onClick={() => setAsking("delete")}>
        Delete …
      </Button>
      {compact.error !== null && <Problem error={compact.error} />}
      {asking === "prove" && <ProveDialog thread={thread} onClose={close} />}
      {asking === "publish" && <PublishDialog thread={thread} onClose={close} />}
      {asking === "delete" && <DeleteDialog thread={thread} onClose={close} />}
    </>
  );
}

interface AskProps {
  readonly thread: Result<"thread/get">;
  readonly onClose: () => void;
}

/** A checkpoint as a branch; it says what nobody proved. */
function PublishDialog({ thread, onClose }: AskProps): ReactNode {
  const [branch, setBranch] = useState("");
  const publish = useAct("thread/publish");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    publish.mutate({ thread_id: thread.id, ...(branch === "" ? {} : { branch }) });
  };
  return (
    <Dialog title="Publish as a branch" onClose={onClose}>
      {publish.data === undefined ? (
        <form onSubmit={submit} className="flex flex-col gap-3">
          <p>
            The newest checkpoint becomes a branch of your repository. It is <strong>CLAIMED</strong>: unlike
            the branch of a task no check ran on it and nobody reviewed it.
          </p>
          <Field label="Branch">
            <Input
              value={branch}
              placeholder="made of the title"
              onChange={(event) => setBranch(event.target.value)}
            />
          </Field>
          {publish.error !== null && <Problem error={publish.error} />}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Leave it as it is</Button>
            <Button type="submit" look="primary" busy={publish.isPending}>
              Publish as CLAIMED
            </Button>
          </div>
        </form>
      ) : (
        <div className="flex flex-col gap-3">
          <p role="status">
            CLAIMED: {publish.data.already_there ? "it was there already, as" : "published as"}{" "}
            <CopyText text={publish.data.branch} /> at{" "}
            <CopyText text={publish.data.commit} shown={publish.data.commit.slice(0, 12)} />.
          </p>
          <Button className="self-end" onClick={onClose}>
            Close
          </Button>
        </div>
      )}
    </Dialog>
  );
}

function DeleteDialog({ thread, onClose }: AskProps): ReactNode {
  const navigate = useNavigate();
  const remove = useAct("thread/delete");
  const run = async () => {
    try {
      await remove.mutateAsync({ thread_id: thread.id });
    } catch {
      // Shown below.
      return;
    }
    // The feed may have told of it before the answer came: this dialog is gone then, and it leads on all the same.
    await navigate({ to: "/ui/conversations" });
  };
  return (
    <Dialog title="Delete the conversation?" onClose={onClose}>
      <p>Its turns, what was said and its workspace are deleted. Published branches stay.</p>
      {remove.error !== null && <Problem error={remove.error} />}
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" autoFocus busy={remove.isPending} onClick={() => void run()}>
          Delete it
        </Button>
      </div>
    </Dialog>
  );
}
