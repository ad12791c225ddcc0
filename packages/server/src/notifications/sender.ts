import type { Clock } from "@harness/protocol";
import type { Outbound } from "../outbound/index.ts";
import type { ProcessRunner } from "../process/index.ts";
import type { Secrets } from "../secrets/index.ts";
import type { Message } from "./message.ts";

/** How a try to deliver a message ended. */
export type Delivery =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: string;
      /** How long the receiver asks to be left alone. */
      readonly askedMs?: number;
    };

/** What a look at a channel shows, without sending anything. */
export interface ChannelState {
  readonly ok: boolean;
  readonly detail: string;
  readonly fix: string | null;
}

/** Delivers messages over one channel. */
export interface Sender {
  send(message: Message, signal: AbortSignal): Promise<Delivery>;
  look(): Promise<ChannelState>;
}

/** What messages are delivered with. */
export interface SenderDeps {
  readonly clock: Clock;
  readonly runner: ProcessRunner;
  readonly redact: (text: string) => string;
  readonly outbound: Pick<Outbound, "post" | "refusal">;
  /** Reads the address and the token of a channel, for each message. */
  readonly secrets: Pick<Secrets, "read">;
  /** The server's environment; programs get a few names of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Where programs run. */
  readonly cwd: string;
}

/** One try to deliver a message. Never rejects: what nobody foresaw is a try that failed. */
export async function attempt(sender: Sender, message: Message, signal: AbortSignal): Promise<Delivery> {
  try {
    return await sender.send(message, signal);
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
