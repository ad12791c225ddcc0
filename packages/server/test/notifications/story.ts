import { type BlockReason, NotificationMessage, type Result } from "@harness/protocol";
import { vi } from "vitest";
import { getTask, type TaskCommand, type TaskPatch, transition } from "../../src/tasks/index.ts";
import type { ManualClock } from "../support/manual-clock.ts";
import type { TestApp } from "../support/test-app.ts";
import type { Received } from "./receiver.ts";

/** The message in a request, or on a program's standard input. */
export function messageOf({ body }: Pick<Received, "body">): NotificationMessage {
  return NotificationMessage.parse(JSON.parse(body));
}

/** The configuration of some channels and the settings beside them. */
export function channels(settings: string, ...tables: string[]): string {
  return ["[notify]", settings, ...tables.map((table) => `[[notify.channels]]\n${table}`)].join("\n");
}

/** Moves a task as the server would, without anybody working on it. */
export async function move(
  { app }: Pick<TestApp, "app">,
  id: string,
  command: TaskCommand,
  patch: TaskPatch = {},
): Promise<void> {
  await app.log.write(async (tx) => {
    await transition(tx, await getTask(tx.db, id), command, "harness", patch);
  });
}

/** A wait that only a person ends. */
export function waits(id: string, since: number, code: BlockReason["code"] = "no_validation"): TaskCommand {
  const reason: BlockReason = {
    code,
    message: "Nobody said how this project is proven.",
    needs: "person",
    since: new Date(since).toISOString(),
    unblock: [`harness task accept ${id}`],
    until: null,
  };
  return { type: "wait", reason };
}

/** Resolves with the notifications once there are so many. */
export async function stored(
  { call }: Pick<TestApp, "call">,
  count: number,
): Promise<Result<"notification/list">["data"]> {
  return vi.waitFor(
    async () => {
      const { data } = await call("notification/list", {});
      if (data.length < count) throw new Error(`${data.length} of ${count} notifications`);
      return data;
    },
    { timeout: 10_000, interval: 5 },
  );
}

/** Resolves once the notifier waits for a time (RFC 3339), of which it sleeps a minute at most. */
export async function sleepsUntil(clock: ManualClock, time: string): Promise<void> {
  const next = Math.min(Date.parse(time), clock.now() + 60_000);
  await vi.waitFor(
    () => {
      if (clock.waiting.length !== 1 || clock.waiting[0] !== next)
        throw new Error(`waits for ${clock.waiting.map((at) => new Date(at).toISOString()).join(", ")}`);
    },
    { timeout: 10_000, interval: 5 },
  );
}
