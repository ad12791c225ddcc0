import { type Event, isHarnessError, type ThreadItem } from "@harness/protocol";
import type { CallOptions, HarnessClient } from "./client.ts";
import { Transcript } from "./transcript.ts";

/** Items read at a time. */
const PAGE = 500;

/** Something happened in a thread; `event` is undefined when it was read anew. */
export interface ThreadUpdate {
  readonly transcript: Transcript;
  readonly event: Event | undefined;
}

/**
 * Reads a thread and follows it, over lost connections and restarts of the server, until it is deleted or the signal
 * aborts. The first update is the thread as it was read. A client that was away for longer than events are kept
 * gets a transcript that was read anew.
 */
export async function* followThread(
  client: HarnessClient,
  thread_id: string,
  options: CallOptions = {},
): AsyncGenerator<ThreadUpdate, void, undefined> {
  for (let tries = 0; ; ) {
    const transcript = await readThread(client, thread_id, options);
    yield { transcript, event: undefined };
    // Events older than are kept cannot be missing from what was just read.
    const after_seq = tries === 0 ? (transcript.after ?? "oldest") : "oldest";
    try {
      for await (const { event } of client.topic({ topic: `thread:${thread_id}`, after_seq }, options)) {
        tries = 0;
        transcript.apply(event);
        yield { transcript, event };
        if (event.type === "thread.deleted") return;
      }
      return;
    } catch (error) {
      if (!isHarnessError(error, "invalid_cursor") || tries > 1) throw error;
      tries += 1;
    }
  }
}

/** The transcript of a thread as it stands; what happens after is told from its `after` on. */
export async function readThread(
  client: HarnessClient,
  thread_id: string,
  options: CallOptions = {},
): Promise<Transcript> {
  const items: ThreadItem[] = [];
  for (let more = true; more; ) {
    const after_seq = items.at(-1)?.seq ?? 0;
    const page = await client.call("thread/items", { thread_id, after_seq, limit: PAGE }, options);
    items.push(...page.data);
    more = page.has_more;
  }
  // Read after its items, so that it knows of every turn of theirs that was rolled back meanwhile.
  const thread = await client.call("thread/get", { thread_id }, options);
  const { data } = await client.call("approval/list", { thread_id, limit: PAGE }, options);
  return Transcript.from({ thread, items, approvals: data.reverse() });
}
