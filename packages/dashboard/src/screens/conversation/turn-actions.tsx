import type { Turn } from "@harness/protocol";
import { useNavigate } from "@tanstack/react-router";
import { GitFork, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useAct } from "../../live/index.ts";
import { Button, Dialog, Problem } from "../../ui/index.ts";

/** Goes on from a turn elsewhere, or goes back to it. */
export function TurnActions({ turn, idle }: { readonly turn: Turn; readonly idle: boolean }): ReactNode {
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const fork = useAct("thread/fork");
  const rollback = useAct("thread/rollback");
  if (turn.rolled_back || ["running", "waiting"].includes(turn.status)) return null;
  const { thread_id, id } = turn;
  return (
    <>
      <Button
        look="quiet"
        busy={fork.isPending}
        title="A copy of the conversation up to here, with the workspace as it was"
        onClick={() =>
          fork.mutate(
            { thread_id, from_turn: id },
            {
              onSuccess: (made) =>
                void navigate({ to: "/ui/conversations/$threadId", params: { threadId: made.thread_id } }),
            },
          )
        }
      >
        <GitFork size={13} aria-hidden /> Fork
      </Button>
      <Button look="quiet" disabled={!idle} title="Forget what came later" onClick={() => setAsking(true)}>
        <Undo2 size={13} aria-hidden /> Go back to here
      </Button>
      {fork.error !== null && <Problem error={fork.error} />}
      {asking && (
        <Dialog title="Go back to here?" onClose={() => setAsking(false)}>
          <p>
            The workspace becomes what it was after this turn, and the agent forgets what came later. What was
            said later stays readable as rolled back.
          </p>
          {rollback.error !== null && <Problem error={rollback.error} />}
          <div className="mt-4 flex justify-end gap-2">
            <Button onClick={() => setAsking(false)}>Leave it as it is</Button>
            <Button
              look="primary"
              autoFocus
              busy={rollback.isPending}
              onClick={() =>
                rollback.mutate({ thread_id, to_turn: id }, { onSuccess: () => setAsking(false) })
              }
            >
              Go back
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
