import type { ReactNode } from "react";
import { PlainText } from "../../ui/index.ts";
import type { FileChange } from "./patch.ts";
import type { Row } from "./rows.ts";
import type { Diff } from "./use-diff.ts";
import type { More } from "./use-widening.ts";
import { STEP } from "./widen.ts";

interface GapRowProps {
  readonly row: Extract<Row, { type: "gap" }>;
  readonly diff: Diff;
}

/** Unchanged lines that are not shown, and how to show them. */
export function GapRow({ row, diff }: GapRowProps): ReactNode {
  const { lines, place, about, file, gap } = row;
  const more = (what: More) => () => diff.widening.widen(file.path, gap, what);
  const many = lines === null || lines > STEP;
  return (
    <div className="flex flex-wrap items-center gap-x-2 bg-sunken px-3 text-sm text-muted">
      <span className="font-sans">⋯ {textOf(row)}</span>
      {many && place !== "first" && (
        <MoreButton label={`Show ${STEP} more lines below`} onPress={more("down")}>
          ↓ {STEP}
        </MoreButton>
      )}
      {many && place !== "last" && (
        <MoreButton label={`Show ${STEP} more lines above`} onPress={more("up")}>
          ↑ {STEP}
        </MoreButton>
      )}
      {lines !== 0 && (
        <MoreButton
          label={lines === null ? "Show the rest of the file" : `Show all ${lineCount(lines)}`}
          onPress={more("all")}
        >
          {lines === null ? "rest" : "all"}
        </MoreButton>
      )}
      <code className="[overflow-wrap:anywhere]">
        <PlainText text={about} />
      </code>
    </div>
  );
}

function textOf({ lines, place }: GapRowProps["row"]): string {
  if (lines === 0) return "";
  if (lines === null) return "the file may go on";
  return place === "last" ? `${lineCount(lines)} to the end` : `${lineCount(lines)} unchanged`;
}

function MoreButton({
  label,
  onPress,
  children,
}: {
  readonly label: string;
  readonly onPress: () => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onPress}
      className="min-h-6 min-w-6 rounded px-1.5 font-sans text-accent hover:bg-hover pointer-coarse:min-h-11 pointer-coarse:min-w-11"
    >
      {children}
    </button>
  );
}

/** Whether there is more of a file than is shown. */
export function wholeFile({ rest, hunks }: FileChange): boolean {
  return rest !== 0 || hunks.some(({ gap }) => gap > 0);
}

/** A number of lines in words. */
export function lineCount(n: number): string {
  return n === 1 ? "1 line" : `${n} lines`;
}
