import { HarnessError, type TaskStatus } from "@harness/protocol";
import type { Frame } from "../events/index.ts";
import { endsStream } from "./stream-item.ts";
import { logLines } from "./task-log.ts";

/** Where a task stands, and whether an attempt of it still runs; undefined when there is no such task. */
export type TaskState = (
  id: string,
) => Promise<{ readonly status: TaskStatus; readonly live: boolean } | undefined>;

/** How a topic is told over a socket. */
export interface TopicTelling {
  /** Where it begins unless the client says. */
  readonly from: "head" | "oldest";
  /** The message that tells of an event; undefined for one that is not told. */
  readonly textOf: (frame: Frame) => string | undefined;
  /** The last message, once the topic has ended. */
  readonly atEnd?: () => Promise<string | undefined>;
}

/** Tells a topic under the id of its subscription: events as they are, those of a log as lines of text. */
export async function tellingOf(
  topic: string,
  id: string,
  taskState: TaskState,
): Promise<TopicTelling | HarnessError> {
  const name = JSON.stringify(id);
  if (!topic.startsWith("log:"))
    return {
      from: "head",
      textOf: ({ prev_seq, json }) => `{"type":"event","id":${name},"prev_seq":${prev_seq},"event":${json}}`,
    };
  const task_id = topic.slice("log:".length);
  if ((await taskState(task_id)) === undefined)
    return new HarnessError("task_not_found", `There is no task ${task_id}.`, {
      field: "topic",
      got: task_id,
    });
  return {
    from: "oldest",
    textOf: ({ seq, event }) => {
      const lines = logLines(event);
      return lines.length === 0 ? undefined : JSON.stringify({ type: "lines", id, seq, lines });
    },
    atEnd: async () => {
      const state = await taskState(task_id);
      const over = state !== undefined && endsStream(state.status) && !state.live;
      return over ? JSON.stringify({ type: "ended", id, status: state.status }) : undefined;
    },
  };
}
