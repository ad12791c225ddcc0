import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Markdown, visibleText } from "../../ui/index.ts";
import { oneLine } from "./shortened.ts";

interface FoldProps {
  readonly open: boolean;
  readonly onToggle: () => void;
  /** What is seen of it while it is folded. */
  readonly line: ReactNode;
  readonly children: ReactNode;
}

/** A line that unfolds. */
export function Fold({ open, onToggle, line, children }: FoldProps): ReactNode {
  return (
    <div className="min-w-0">
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="flex w-full min-w-0 items-center gap-2 rounded px-1 py-0.5 text-left hover:bg-hover pointer-coarse:min-h-11"
      >
        <ChevronRight size={13} aria-hidden className={`shrink-0 text-muted ${open ? "rotate-90" : ""}`} />
        {line}
      </button>
      {open && <div className="mt-1 ml-5 min-w-0">{children}</div>}
    </div>
  );
}

/** A longer text behind its first line. */
export function FoldedText({
  name,
  text,
  open,
  onToggle,
  markdown = false,
}: {
  readonly name: string;
  readonly text: string;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly markdown?: boolean;
}): ReactNode {
  return (
    <Fold
      open={open}
      onToggle={onToggle}
      line={
        <>
          <span className="max-w-full shrink-0 truncate text-muted">{visibleText(name)}</span>
          {!open && <span className="min-w-0 truncate text-muted">{visibleText(oneLine(text))}</span>}
        </>
      }
    >
      {markdown ? (
        <div className="text-muted">
          <Markdown text={text} />
        </div>
      ) : (
        <pre className="max-h-96 overflow-auto rounded bg-sunken p-2 font-mono text-sm whitespace-pre-wrap break-words">
          {visibleText(text)}
        </pre>
      )}
    </Fold>
  );
}
