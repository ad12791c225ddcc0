import type { Turn } from "@harness/protocol";
import { memo, type ReactNode } from "react";
import { ApprovalCard } from "../approval-card.tsx";
import { CopyLink } from "./copy-link.tsx";
import { type Entry, isSameEntry } from "./entries.ts";
import { ItemRow } from "./item-row.tsx";
import { RunningRow, SayingRow } from "./running-row.tsx";
import { TurnEnd, TurnRow } from "./turn-row.tsx";

/** Where the things of a row lead. The functions stay the same as long as the screen does. */
export interface RowPlaces {
  /** The address of an item by its seq, or of a turn. */
  readonly address: (turn_id: string, item: number | null) => string;
  readonly fileLink?: ((path: string) => ReactNode) | undefined;
  /** What can be done with a turn, such as going back to it. */
  readonly turnActions?: ((turn: Turn) => ReactNode) | undefined;
  /** What belongs below the beginning of a turn, such as its prompt. */
  readonly turnPrompt?: ((turn: Turn) => ReactNode) | undefined;
}

interface EntryRowProps extends RowPlaces {
  readonly entry: Entry;
  readonly open: boolean;
  readonly onToggle: (key: string) => void;
}

/** One row of a conversation. */
export const EntryRow = memo(function EntryRow({ entry, open, onToggle, ...places }: EntryRowProps) {
  const toggle = () => onToggle(entry.key);
  switch (entry.kind) {
    case "turn": {
      const { turn, number } = entry;
      return (
        <>
          <TurnRow
            turn={turn}
            number={number}
            actions={
              <>
                <CopyLink href={places.address(turn.id, null)} what="turn" />
                {places.turnActions?.(turn)}
              </>
            }
          />
          {places.turnPrompt?.(turn)}
        </>
      );
    }
    case "item": {
      const { item } = entry;
      return (
        <div className="flex min-w-0 items-start gap-1">
          <div className="min-w-0 flex-1">
            <ItemRow item={item} open={open} onToggle={toggle} fileLink={places.fileLink} />
          </div>
          <CopyLink href={places.address(item.turn_id, item.seq)} what="item" />
        </div>
      );
    }
    case "running":
      return <RunningRow item={entry.item} since={entry.since} open={open} onToggle={toggle} />;
    case "saying":
      return <SayingRow text={entry.text} />;
    case "approval":
      return <ApprovalCard approval={entry.approval} keyed={entry.first} />;
    default:
      return <TurnEnd turn={entry.turn} />;
  }
}, isSameRow);

/** What was said once does not change: only rows that did are drawn again while an agent writes. */
function isSameRow(before: EntryRowProps, after: EntryRowProps): boolean {
  return (
    before.open === after.open &&
    before.onToggle === after.onToggle &&
    before.address === after.address &&
    before.fileLink === after.fileLink &&
    before.turnActions === after.turnActions &&
    before.turnPrompt === after.turnPrompt &&
    isSameEntry(before.entry, after.entry)
  );
}
