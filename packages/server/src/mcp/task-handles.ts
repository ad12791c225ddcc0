import type { Server, ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import { type Standing, standingOf, stopWork } from "./long-work.ts";
import type { Read } from "./resources.ts";

/** The extension by which a host takes a handle instead of holding a call open (modelcontextprotocol/ext-tasks, 2026-07-28). */
export const TASKS_EXTENSION = "io.modelcontextprotocol/tasks";

/** How often a host is told to ask (milliseconds). */
export const POLL_MS = 2_000;

const Capable = z.object({
  "io.modelcontextprotocol/clientCapabilities": z.object({
    extensions: z.object({ [TASKS_EXTENSION]: z.looseObject({}) }),
  }),
});

/** What names a handle. */
export const OnHandle = z.looseObject({ taskId: z.string() });

/** Whether the host said, with this very request, that it takes handles. */
export function takesHandles({ mcpReq }: ServerContext): boolean {
  return Capable.safeParse(mcpReq.envelope).success;
}

/**
 * The handle of what a tool waits for: the id of the task or the turn itself. Nothing is kept for it here, so it is
 * good after a restart too, and for every host whose token may read.
 */
export async function handleOf(read: Read, id: string): Promise<Record<string, unknown>> {
  const { result: _result, ...about } = await standingOf(read, id);
  return { resultType: "task", ...worded(about) };
}

/** Serves `tasks/get` and `tasks/cancel`: cancelling a handle stops what it stands for. */
export function serveTaskHandles(server: Server, read: Read, refuse: (error: unknown) => never): void {
  server.setRequestHandler("tasks/get", { params: OnHandle }, async ({ taskId }) => ({
    ...worded(await standingOf(read, taskId).catch(refuse)),
  }));
  server.setRequestHandler("tasks/cancel", { params: OnHandle }, async ({ taskId }) => {
    await stopWork(read, taskId).catch(refuse);
    return {};
  });
}

function worded({ result, ...about }: Standing) {
  // What would be the answer of the call is one here too, and says so.
  const over = result === undefined ? {} : { result: { resultType: "complete", ...result } };
  return { ...about, ...over, ttlMs: null, pollIntervalMs: POLL_MS };
}
