import { type RpcNotificationName, rpcNotifications } from "@harness/protocol";
import { expect } from "vitest";
import { z } from "zod";
import type { Message, Wire } from "./wires.ts";

/** A notification as a test looks at it. */
export interface Told {
  readonly method: RpcNotificationName;
  readonly seq: number;
  readonly prev_seq: number;
  /** The type of an event that has no notification of its own. */
  readonly type: string;
  /** The thread it is about. */
  readonly about: unknown;
  readonly params: Readonly<Record<string, unknown>>;
}

const Inner = z.object({ type: z.string(), seq: z.number(), thread_id: z.string().nullable() });

/** Reads a notification; its parameters must follow the published schema of its method. */
export function checked(message: Message): Told {
  const method = message.method as RpcNotificationName;
  expect(Object.keys(rpcNotifications)).toContain(method);
  const schema: z.ZodObject = rpcNotifications[method].params();
  const params = z.looseObject(schema.shape).parse(message.params);
  const event = method === "event" ? Inner.parse(params["event"]) : undefined;
  if (event) expect(event.seq).toBe(params["seq"]);
  return {
    method,
    seq: Number(params["seq"]),
    prev_seq: Number(params["prev_seq"]),
    type: event?.type ?? "",
    about: event ? event.thread_id : params["thread_id"],
    params,
  };
}

/** Reads notifications until one fits, which is then the last. */
export async function until(wire: Wire, fits: (told: Told) => boolean): Promise<Told[]> {
  const seen: Told[] = [];
  for (;;) {
    const message = wire.notes.shift();
    const batch = message ? [message] : [await wire.next()].flat();
    for (const one of batch.map(checked)) {
      seen.push(one);
      if (fits(one)) return seen;
    }
  }
}

/** Expects every event of a log from a seq on, none missing and none twice. */
export function expectWhole(seqs: readonly { seq: number; prev_seq: number }[], from: number): void {
  expect(seqs.map(({ seq }) => seq)).toEqual(seqs.map((_, index) => from + index + 1));
  expect(seqs.map(({ prev_seq }) => prev_seq)).toEqual(seqs.map((_, index) => from + index));
}
