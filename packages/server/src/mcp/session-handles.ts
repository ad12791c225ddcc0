import { Task } from "@harness/protocol";
import type { CallToolResult, Server, ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { FollowDeps } from "./follow.ts";
import { endOf, type Standing, standingOf, standingOfTask, stopWork } from "./long-work.ts";
import type { Read } from "./resources.ts";
import { OnHandle, POLL_MS } from "./task-handles.ts";

/** What a server says of its tasks in revision 2025-11-25. */
export const sessionTasks = { list: {}, cancel: {}, requests: { tools: { call: {} } } } as const;

const Asked = z.looseObject({ task: z.looseObject({}) });
const Tasks = z.object({ data: z.array(Task), page: z.object({ next_cursor: z.string().nullable() }) });

/** Whether a call asks for a task instead of an answer, as revision 2025-11-25 does with each call. */
export function asksForTask(params: unknown): boolean {
  return Asked.safeParse(params).success;
}

/** What such a call is answered with. */
export async function createdTask(read: Read, id: string): Promise<CallToolResult> {
  // The library takes no result of a tool without content; the protocol ignores it here.
  return { content: [], task: worded(await standingOf(read, id)) };
}

/**
 * Serves the tasks of revision 2025-11-25, which are Harness's own tasks and the turns a tool began: nothing is kept
 * for them, so that they are good in every session and after a restart.
 */
export function serveSessionTasks(
  server: Server,
  read: Read,
  following: (context: ServerContext) => FollowDeps,
  refuse: (error: unknown) => never,
): void {
  server.setRequestHandler("tasks/get", { params: OnHandle }, async ({ taskId }) =>
    worded(await standingOf(read, taskId).catch(refuse)),
  );
  server.setRequestHandler("tasks/result", { params: OnHandle }, async ({ taskId }, context) => ({
    ...(await endOf(read, taskId, following(context)).catch(refuse)),
    _meta: { "io.modelcontextprotocol/related-task": { taskId } },
  }));
  server.setRequestHandler("tasks/cancel", { params: OnHandle }, async ({ taskId }) => {
    await stopWork(read, taskId).catch(refuse);
    return worded(await standingOf(read, taskId).catch(refuse));
  });
  const OnPage = z.looseObject({ cursor: z.string().optional() });
  server.setRequestHandler("tasks/list", { params: OnPage }, async ({ cursor }) => {
    const asked = await read("task/list", cursor === undefined ? {} : { cursor }).catch(refuse);
    const { data, page } = Tasks.parse(asked);
    const next = page.next_cursor === null ? {} : { nextCursor: page.next_cursor };
    return { tasks: data.map((task) => worded(standingOfTask(task))), ...next };
  });
}

function worded({ result: _result, ...about }: Standing) {
  return { ...about, ttl: null, pollInterval: POLL_MS };
}
