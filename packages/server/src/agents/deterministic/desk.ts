import type { WorkspaceFiles } from "../api/workspace-files.ts";
import type { CommandContext } from "../confined-command.ts";
import type { FramedTurn } from "../framed-turn.ts";
import type { AgentAction, AgentItem } from "../port.ts";
import type { Emit } from "../turn-frame.ts";

/** What an answer is worked out with, for one turn. */
export interface Desk extends CommandContext {
  /** What is done for an answer is an effect of it. */
  readonly turn: FramedTurn;
  readonly files: Pick<WorkspaceFiles, "read" | "write" | "list">;
  readonly emit: Emit;
  /** A new id of an item in this turn. */
  readonly itemId: () => string;
  /** Asks for leave and shows the answer. The turn's limits stand still meanwhile. Undefined when it is given. */
  readonly leave: (action: AgentAction) => Promise<string | undefined>;
  /** Something happened: the turn's idle time starts again. */
  readonly touch: () => void;
}

/** What is said in the end, and the commands it shows, for a later "run that". */
export interface Answer {
  readonly text: string;
  readonly commands?: readonly string[];
}

/** How a thing that was done is shown when it is over. */
export type Done = Pick<AgentItem, "output" | "exit_code" | "failed">;

/** Does one thing and shows it as an item, when it begins and when it is over. */
export async function shown<T>(
  desk: Desk,
  item: Omit<AgentItem, "id">,
  work: (id: string) => Promise<{ readonly value: T; readonly done: Done }>,
): Promise<T> {
  const id = desk.itemId();
  desk.emit({ type: "item", phase: "started", item: { id, ...item } });
  const { value, done } = await work(id);
  desk.emit({ type: "item", phase: "completed", item: { id, ...item, ...done } });
  desk.touch();
  return value;
}

/** A text in a fence that the text itself cannot close. */
export function fenced(text: string, language = ""): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}
