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
  /** Never rejects. */
  send(message: Message, signal: AbortSignal): Promise<Delivery>;
  look(): Promise<ChannelState>;
}
