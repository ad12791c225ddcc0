import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PlainText } from "../../../ui/index.ts";

/** A line of a file that leads to it among the changes of the task. */
export function LineLink({
  taskId,
  file,
  line,
  commit,
}: {
  readonly taskId: string;
  readonly file: string;
  readonly line: number;
  /** The commit the line is in. */
  readonly commit: string;
}): ReactNode {
  return (
    <Link
      to="/ui/tasks/$taskId"
      params={{ taskId }}
      search={{ tab: "changes", file, ...(line > 0 ? { line: String(line), at: commit } : {}) }}
      className="font-mono text-sm text-accent underline [overflow-wrap:anywhere]"
    >
      <PlainText text={line > 0 ? `${file}:${line}` : file} />
    </Link>
  );
}
