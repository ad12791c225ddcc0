import type { ReactNode } from "react";
import { Badge, CopyText } from "../../../ui/index.ts";

/** A commit something was said of, and whether the work is still there. */
export function CommitMark({
  commit,
  head,
}: {
  readonly commit: string;
  readonly head: string | null;
}): ReactNode {
  return (
    <span className="inline-flex items-center gap-1">
      <CopyText text={commit} shown={commit.slice(0, 8)} />
      <Badge>{commit === head ? "the newest commit" : "an older commit"}</Badge>
    </span>
  );
}
