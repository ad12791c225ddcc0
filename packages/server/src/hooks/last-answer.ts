import type { EventScope } from "@harness/protocol";
import type { EventLog } from "../events/index.ts";

/** Things that are done, looked through for the last words of a turn. */
const NEWEST = 50;

/** What the agent of a turn said last, as the log has it; null when it said nothing, or too much came after. */
export async function lastAnswer(
  log: Pick<EventLog, "newest">,
  { thread_id, turn_id }: EventScope,
): Promise<string | null> {
  if (thread_id == null) return null;
  const events = await log.newest({ thread_id, types: ["item.completed"] }, NEWEST);
  for (const event of events) {
    if (event.type !== "item.completed" || event.turn_id !== turn_id) continue;
    const { kind, role, name, text } = event.data.item;
    // People's words and the agent's reports are messages too.
    if (kind === "message" && role !== "user" && name !== "report") return text ?? null;
  }
  return null;
}
