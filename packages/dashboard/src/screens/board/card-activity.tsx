import type { TaskActivity } from "@harness/protocol";
import type { ReactNode } from "react";
import { visibleText } from "../../ui/index.ts";

/** The newest thing the agent of a task said or did, in one line. */
export function ActivityLine({ item }: { readonly item: TaskActivity["item"] }): ReactNode {
  if (item === null) return null;
  return (
    <p className="truncate rounded bg-sunken px-1.5 text-sm text-muted" title={visibleText(said(item))}>
      {item.kind === "command" ? (
        <code className="font-mono text-xs">
          $ {visibleText(item.command ?? "")}
          {item.exit_code === null ? "" : ` → ${item.exit_code}`}
        </code>
      ) : (
        visibleText(said(item))
      )}
    </p>
  );
}

function said(item: NonNullable<TaskActivity["item"]>): string {
  const words = item.text?.replaceAll(/\s+/g, " ").trim() ?? "";
  switch (item.kind) {
    case "message":
      return words;
    case "reasoning":
      return words === "" ? "thinks" : `thinks: ${words}`;
    case "command":
      return item.command ?? "runs a command";
    case "file_change":
      return `changes ${item.path ?? "files"}`;
    case "tool_call":
      return `${item.name ?? "uses a tool"} ${item.path ?? words}`.trim();
    default:
      return [item.kind, item.name, words].filter(Boolean).join(" ");
  }
}
