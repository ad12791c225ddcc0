import { type ReactNode, useEffect } from "react";
import { useAct } from "../../live/index.ts";
import { Button, bytes, Dialog, Problem, Waiting } from "../../ui/index.ts";
import { Spares } from "./spares.tsx";

/** Says first what cleaning would delete; deletes it only when a person says so then. */
export function CleanDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const trial = useAct("disk/clean");
  const clean = useAct("disk/clean");
  const { mutate: look } = trial;
  useEffect(() => look({ dry_run: true }), [look]);
  const result = clean.data ?? trial.data;
  return (
    <Dialog title="Clean the disk" onClose={onClose} wide>
      <div className="flex flex-col gap-3">
        {trial.isPending && <Waiting since={trial.submittedAt || Date.now()} what="what could go" />}
        {trial.error && <Problem error={trial.error} retry={() => look({ dry_run: true })} />}
        {result && (
          <>
            <p role="status">
              {clean.data ? "Deleted: " : "Would be deleted: "}
              {result.what}
            </p>
            <p className="text-muted">
              {bytes(result.freed_bytes)} {clean.data ? "are free again" : "would be free again"}; unpublished
              work stays.
            </p>
            <Spares spares={result.spares} />
          </>
        )}
        {clean.error && <Problem error={clean.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{clean.data ? "Close" : "Keep all"}</Button>
          {trial.data && !clean.data && (
            <Button look="danger" busy={clean.isPending} onClick={() => clean.mutate({})}>
              Delete it
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
