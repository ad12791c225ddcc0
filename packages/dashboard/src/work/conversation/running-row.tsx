import type { Item } from "@harness/protocol";
import type { ReactNode } from "react";
import { visibleText } from "../../ui/index.ts";
import { FoldedText } from "./folded-text.tsx";
import { PlanList } from "./plan-list.tsx";
import { endOf } from "./shortened.ts";
import { ToolLine } from "./tool-line.tsx";

/** Text that is being said and shown at once (characters); all of it is there once the message is whole. */
const MOST_SAID = 8_000;

/** What an agent is in the middle of. */
export function RunningRow({
  item,
  since,
  open,
  onToggle,
}: {
  readonly item: Item;
  readonly since: string | null;
  readonly open: boolean;
  readonly onToggle: () => void;
}): ReactNode {
  if (item.kind === "plan") return <PlanList text={item.text ?? ""} />;
  if (item.kind === "reasoning" || item.kind === "message")
    return <FoldedText name="Thinking" text={item.text ?? ""} open={open} onToggle={onToggle} />;
  return <ToolLine item={item} running since={since} open={open} onToggle={onToggle} />;
}

/** What is being said, as it comes: plain until it is whole. */
export function SayingRow({ text }: { readonly text: string }): ReactNode {
  const { shown, left } = endOf(text, MOST_SAID);
  return (
    <div>
      {left > 0 && (
        <p className="text-sm text-muted">
          {left} characters before this are shown when the message is whole.
        </p>
      )}
      <p data-saying className="break-words whitespace-pre-wrap">
        {visibleText(shown)}
        <span aria-hidden className="pulse-dot ml-0.5 inline-block h-3.5 w-1.5 translate-y-0.5 bg-working" />
      </p>
    </div>
  );
}
