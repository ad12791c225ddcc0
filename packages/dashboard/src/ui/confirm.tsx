import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Problem } from "./states.tsx";

interface ConfirmProps {
  /** The question. */
  readonly title: string;
  /** What happens, and what does not. */
  readonly children: ReactNode;
  /** On the button that does it. */
  readonly action: string;
  readonly busy: boolean;
  /** Why it was refused. */
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done that cannot be taken back. */
export function Confirm({
  title,
  children,
  action,
  busy,
  error,
  onConfirm,
  onClose,
}: ConfirmProps): ReactNode {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="flex flex-col gap-3">
        <div className="flex flex-col gap-2 break-words">{children}</div>
        {error !== null && <Problem error={error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button data-first-focus onClick={onClose}>
            Leave it
          </Button>
          <Button look="danger" busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
