import { Check, Copy } from "lucide-react";
import type { ReactNode } from "react";
import { useCopy } from "./use-copy.tsx";
import { visibleText } from "./visible-text.ts";

/** An id, a hash or a branch in full on hover and in the clipboard on a press; shortened on the screen. */
export function CopyText({
  text,
  shown = text,
}: {
  readonly text: string;
  readonly shown?: string;
}): ReactNode {
  const { copied, copy, byHand } = useCopy(text);
  const Icon = copied ? Check : Copy;
  return (
    <>
      <button
        type="button"
        title={`Copy ${visibleText(text)}`}
        onClick={copy}
        className="inline-flex min-h-6 max-w-full pointer-coarse:min-h-11 items-center gap-1 rounded px-0.5 font-mono text-sm hover:bg-hover"
      >
        <span className="truncate">{visibleText(shown)}</span>
        <Icon size={11} aria-hidden className="shrink-0 text-muted" />
        <span aria-live="polite" className="sr-only">
          {copied ? "copied" : ""}
        </span>
      </button>
      {byHand}
    </>
  );
}
