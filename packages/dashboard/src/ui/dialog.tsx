import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Button } from "./button.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
}

/** A dialog over the page: the platform's own, so focus stays in it, Escape closes it and what is behind is inert. */
export function Dialog({ title, onClose, children, wide = false }: DialogProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const name = useId();
  // Closed before it is gone from the page: only so the focus goes back to where it was.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // `autoFocus` comes too early: before the dialog is shown nothing in it can have the focus.
    element?.querySelector<HTMLElement>("[data-first-focus]")?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={`m-auto max-h-[92dvh] w-full rounded-lg border bg-raised p-0 text-ink shadow-xl ${wide ? "max-w-4xl" : "max-w-xl"}`}
    >
      <header className="flex items-center justify-between border-b px-4 py-2">
        <h2 id={name} className="text-lg font-semibold">
          {title}
        </h2>
        <Button look="quiet" aria-label="Close" onClick={onClose}>
          <X size={16} aria-hidden />
        </Button>
      </header>
      <div className="p-4">{children}</div>
    </dialog>
  );
}
