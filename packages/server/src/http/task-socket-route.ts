import { HarnessError, streams } from "@harness/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Feeds } from "../events/index.ts";
import type { SocketPatience } from "./live-socket.ts";
import type { Invoker } from "./operation-routes.ts";
import { credentialOf } from "./protection.ts";
import type { SocketHall } from "./socket-hall.ts";
import { streamParams } from "./stream-params.ts";
import type { TaskAbout } from "./task-messages.ts";
import type { TaskState } from "./topic-telling.ts";
import { TaskSocket } from "./ws-task.ts";

export interface TaskSocketRouteDeps extends SocketPatience {
  readonly feeds: Pick<Feeds, "open">;
  readonly invoker: Invoker;
  readonly clock: { now(): number };
  readonly taskState: TaskState;
  /** What messages say of a task besides its events. */
  readonly taskAbout: (id: string) => Promise<TaskAbout>;
}

/** Adds `/ws/{task_id}`. The task and the parameters are checked before the handshake is answered. */
export function addTaskSocketRoute(app: FastifyInstance, hall: SocketHall, deps: TaskSocketRouteDeps): void {
  const { path, scope } = streams.ws_task;
  const parsed = (request: FastifyRequest) => streamParams("ws_task", request);
  app.route({
    method: "GET",
    url: path.replaceAll(/\{(\w+)\}/g, ":$1"),
    config: { scope, upgrades: true },
    preValidation: async (request) => {
      const { task_id } = parsed(request);
      if (!(await deps.taskState(task_id)))
        throw new HarnessError("task_not_found", `There is no task ${task_id}.`, {
          field: "task_id",
          got: task_id,
        });
    },
    handler: async () => {
      throw new HarnessError("invalid_request", `${path} is a WebSocket.`, { field: "Upgrade" });
    },
    wsHandler: (socket, request) => {
      const { task_id, after_seq } = parsed(request);
      const { scopes, actor, over } = credentialOf(request);
      const caller = { scopes, actor, via: "http", request_id: request.id } as const;
      const client = new TaskSocket(socket, {
        ...deps,
        taskId: task_id,
        opened: deps.feeds.open({ task_id }, after_seq ?? "oldest"),
        state: () => deps.taskState(task_id),
        about: () => deps.taskAbout(task_id),
        intervene: (guidance) => deps.invoker.invoke("task/intervene", { task_id, guidance }, caller),
      });
      hall.enter(socket, client, over);
    },
  });
}
