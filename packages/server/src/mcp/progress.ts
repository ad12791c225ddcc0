import type { Event, Item } from "@harness/protocol";

/** Characters of an agent's own words in one line of progress. */
const MOST_CHARS = 160;

/** One line on what a task does; `small` things come by the hundred and may be left out. */
export interface Progress {
  readonly text: string;
  readonly small: boolean;
}

/** What an event of a task says to somebody who waits for it; undefined for what is no news. */
export function progressOf(event: Event): Progress | undefined {
  switch (event.type) {
    case "task.status_changed":
      return big(`now ${event.data.to}`);
    case "task.waiting":
      return big(`waits: ${event.data.block_reason.message}`);
    case "attempt.started":
      return big(`attempt ${event.data.number} begins`);
    case "stage.ended":
      return big(
        `${event.data.stage} ${event.data.outcome}${event.data.detail === null ? "" : `: ${event.data.detail}`}`,
      );
    case "turn.started":
      return big(`${event.data.agent} works as ${event.data.role}`);
    case "evidence.recorded":
      return big(`${event.data.evidence.name} ${event.data.evidence.passed ? "passed" : "failed"}`);
    case "review.completed":
      return big(`review by ${event.data.review.agent}: ${event.data.review.verdict}`);
    case "approval.requested":
      return big(`asks a person: ${event.data.approval.summary}`);
    case "branch.published":
      return big(`published ${event.data.branch}`);
    case "item.completed":
      return itemText(event.data.item);
    default:
      return undefined;
  }
}

function itemText(item: Item): Progress | undefined {
  const words = item.command ?? item.path ?? item.name ?? item.text;
  return words === undefined ? undefined : { text: cut(`${item.kind}: ${words}`), small: true };
}

function big(text: string): Progress {
  return { text: cut(text), small: false };
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > MOST_CHARS ? `${line.slice(0, MOST_CHARS - 1)}…` : line;
}
