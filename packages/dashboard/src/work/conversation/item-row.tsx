import type { Item, ThreadItem } from "@harness/protocol";
import { FileDiff, ShieldCheck, ShieldX } from "lucide-react";
import { memo, type ReactNode } from "react";
import { Markdown, PlainText, visibleText } from "../../ui/index.ts";
import { FoldedText } from "./folded-text.tsx";
import { PlanList } from "./plan-list.tsx";
import { ToolLine } from "./tool-line.tsx";

interface ItemRowProps {
  readonly item: ThreadItem;
  readonly open: boolean;
  readonly onToggle: () => void;
  /** A link to where a changed file is shown, where there is such a place. */
  readonly fileLink: ((path: string) => ReactNode) | undefined;
}

/** One thing that happened in a turn. */
export const ItemRow = memo(function ItemRow({ item: { item }, open, onToggle, fileLink }: ItemRowProps) {
  switch (item.kind) {
    case "message":
      return item.role === "user" ? <Words item={item} /> : <Markdown text={item.text ?? ""} />;
    case "reasoning":
      return <FoldedText name="Reasoning" text={item.text ?? ""} open={open} onToggle={onToggle} markdown />;
    case "command":
    case "tool_call":
      return <ToolLine item={item} running={false} since={null} open={open} onToggle={onToggle} />;
    case "file_change":
      return <FileChange item={item} fileLink={fileLink} />;
    case "plan":
      return <PlanList text={item.text ?? ""} />;
    case "approval":
      return <Decision item={item} />;
    case "error":
      return (
        <p className="rounded bg-broken-soft px-2 py-1 break-words text-broken">
          Error: <PlainText text={item.text ?? "no message"} />
        </p>
      );
    default:
      return (
        <FoldedText
          name={`Something unknown${item.name ? `: ${item.name}` : ""}`}
          text={item.text ?? JSON.stringify(item.input ?? item, null, 2)}
          open={open}
          onToggle={onToggle}
        />
      );
  }
});

/** What a person said. */
function Words({ item }: { readonly item: Item }): ReactNode {
  return (
    <div className="max-w-3xl rounded-lg border border-accent/30 bg-accent/5 px-3 py-2">
      <p className="text-xs font-semibold text-muted">
        <PlainText text={item.name ?? "a person"} />
      </p>
      <p className="break-words whitespace-pre-wrap">
        <PlainText text={item.text ?? ""} />
      </p>
    </div>
  );
}

function FileChange({
  item,
  fileLink,
}: {
  readonly item: Item;
  readonly fileLink: ((path: string) => ReactNode) | undefined;
}): ReactNode {
  const path = item.path ?? "";
  return (
    <p className="flex min-w-0 items-center gap-2">
      <FileDiff size={13} aria-hidden className="shrink-0 text-muted" />
      <span className="text-muted">changed</span>
      <span className="min-w-0 font-mono text-sm break-all">
        {fileLink?.(path) ?? <PlainText text={path} />}
      </span>
    </p>
  );
}

/** What the policy or a person said to a question of the agent. */
function Decision({ item }: { readonly item: Item }): ReactNode {
  const allowed = item.decision === "allow";
  const Icon = allowed ? ShieldCheck : ShieldX;
  const what = item.command ?? item.path ?? item.name ?? item.text ?? "";
  return (
    <p className="flex min-w-0 items-start gap-2 text-sm text-muted">
      <Icon size={13} aria-hidden className="mt-0.5 shrink-0" />
      <span className={allowed ? "" : "font-semibold text-ink"}>{allowed ? "allowed" : "denied"}</span>
      <code className="min-w-0 truncate font-mono" title={visibleText(what)}>
        {visibleText(what)}
      </code>
      {item.reason && (
        <span className="min-w-0 break-words">
          <PlainText text={item.reason} />
        </span>
      )}
    </p>
  );
}
