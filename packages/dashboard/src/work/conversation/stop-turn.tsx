import type { ReactNode } from "react";
import { useAct } from "../../live/index.ts";
import { Button, Problem } from "../../ui/index.ts";

interface StopTurnProps {
  readonly turn_id: string;
  /** What becomes of the work, said on hover. */
  readonly keeps: string;
}

/** Interrupts the turn that runs. */
export function StopTurn({ turn_id, keeps }: StopTurnProps): ReactNode {
  const cancel = useAct("turn/cancel");
  return (
    <>
      <Button
        look="danger"
        title={`Interrupt the turn; ${keeps}`}
        busy={cancel.isPending}
        onClick={() => cancel.mutate({ turn_id })}
      >
        Stop
      </Button>
      {cancel.error !== null && <Problem error={cancel.error} />}
    </>
  );
}
