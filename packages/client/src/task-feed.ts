import { HarnessError, TaskSocketMessage } from "@harness/protocol";
import { goneEvents, readMessage } from "./problem.ts";
import { type Pause, sleep } from "./sleep.ts";
import { SocketTexts } from "./socket-texts.ts";
import type { Socket } from "./topics.ts";

/** The task that is followed, and the last seq the reader has; from the task's beginning unless told. */
export interface TaskFeedParams {
  readonly task_id: string;
  readonly after_seq?: number;
}

/** How the server closes the socket of a task that is over. */
const DONE = 1000;
/** How it closes one it will not have again, such as that of a token that is no longer valid. */
const REFUSED = 1008;

/**
 * What `/ws/{task_id}` tells of a task, over one socket after another, each going on after the last message of the one
 * before. Ends with the task.
 */
export async function* followTask(
  connect: (query: string) => Socket,
  { after_seq }: TaskFeedParams,
  pause: Pause,
  signal: AbortSignal | undefined,
): AsyncGenerator<TaskSocketMessage, void, undefined> {
  let lastSeq = after_seq;
  let stood = false;
  while (!signal?.aborted) {
    using texts = new SocketTexts(connect(lastSeq === undefined ? "" : `?after_seq=${lastSeq}`), signal);
    texts.opened.then(
      () => {
        stood = true;
      },
      () => {},
    );
    for await (const text of texts) {
      const message = readMessage("/ws/{task_id}", TaskSocketMessage, text) as TaskSocketMessage;
      pause.reset();
      if (message.type === "ERROR" && message.data.code === "resync_required") throw goneEvents();
      lastSeq = message.seq ?? lastSeq;
      yield message;
    }
    if (signal?.aborted || texts.ended?.code === DONE) return;
    const reason = texts.ended?.reason ?? "";
    if (texts.ended?.code === REFUSED)
      throw new HarnessError("unauthorized", `The socket was closed: ${reason}.`);
    if (!stood) throw new TypeError(`The socket was closed: ${reason}.`);
    await sleep(pause.next(), signal);
  }
}
