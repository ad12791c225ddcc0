import { type ReactNode, useCallback, useState } from "react";
import { Dialog } from "./dialog.tsx";
import { TextArea } from "./field.tsx";

/** How putting a text into the clipboard went. */
export interface Copying {
  readonly copied: boolean;
  readonly copy: () => void;
  /** Where the browser gives no clipboard, such as over plain HTTP: the text, selected, to be copied by hand. */
  readonly byHand: ReactNode;
}

/** Copies a text, and where the browser refuses lets a person do it. */
export function useCopy(text: string): Copying {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  const close = useCallback(() => setState("idle"), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      setState("refused");
      return;
    }
    setState("copied");
    setTimeout(close, 1_500);
  };
  return {
    copied: state === "copied",
    copy: () => void copy(),
    byHand: state === "refused" ? <ByHand text={text} onClose={close} /> : null,
  };
}

function ByHand({ text, onClose }: { readonly text: string; readonly onClose: () => void }): ReactNode {
  return (
    <Dialog title="Copy it by hand" onClose={onClose}>
      <p role="status" className="mb-2">
        The browser gives no clipboard at this address. The text is selected: copy it with Ctrl+C.
      </p>
      <TextArea
        data-first-focus
        readOnly
        aria-label="Text to copy"
        rows={3}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        className="font-mono"
      />
    </Dialog>
  );
}
