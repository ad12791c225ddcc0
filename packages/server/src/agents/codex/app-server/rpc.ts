import { type Clock, callAt } from "@harness/protocol";
import type { Message, RequestId } from "./messages.ts";

/** The app-server has no room for a request; it did nothing of it, and it may be sent again. */
export const OVERLOADED = -32001;
const UNKNOWN_METHOD = -32601;
const MAX_TRIES = 6;
const FIRST_PAUSE_MS = 250;

/** The other side answered a request with an error. */
export class RpcError extends Error {
  readonly code: number;

  constructor(method: string, code: number, message: string) {
    super(`Codex refused ${method} (${code}): ${message}`);
    this.code = code;
  }
}

interface RpcDeps {
  readonly send: (line: string) => void;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Told before a request that was refused for overload is sent again. */
  readonly onRetry: (method: string, tries: number) => void;
}

interface Pending {
  readonly method: string;
  readonly take: (result: unknown) => void;
  readonly fail: (error: Error) => void;
}

/**
 * Our side of the conversation with one app-server: requests with their answers, notifications, and answers to what
 * it asks. A request refused for overload is sent again after a pause that doubles and is random in its upper half,
 * up to six times in all.
 */
export class AppServerRpc {
  readonly #deps: RpcDeps;
  readonly #pending = new Map<RequestId, Pending>();
  readonly #closed = new AbortController();
  #last = 0;

  constructor(deps: RpcDeps) {
    this.#deps = deps;
  }

  /**
   * Asks for something. `take` reads the answer the moment it is there, before the next line is looked at; what it
   * throws rejects. Rejects with a `RpcError` when it is refused, and when the connection is closed.
   */
  async request<T>(method: string, params: object, take: (result: unknown) => T): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#once(method, params, take);
      } catch (error) {
        const again = error instanceof RpcError && error.code === OVERLOADED && tries < MAX_TRIES;
        if (!again) throw error;
      }
      this.#deps.onRetry(method, tries);
      await this.#pause(FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + this.#deps.random() / 2));
    }
  }

  notify(method: string): void {
    this.#send({ method });
  }

  answer(id: RequestId, result: object): void {
    this.#send({ id, result });
  }

  /** Answers a request this side knows nothing of. */
  refuse(id: RequestId, method: string): void {
    this.#send({ id, error: { code: UNKNOWN_METHOD, message: `This client does not answer ${method}.` } });
  }

  /** Hands an answer to whoever asked; false when nobody did. */
  settle(message: Message): boolean {
    const asked = message.id === undefined ? undefined : this.#pending.get(message.id);
    if (message.id === undefined || asked === undefined) return false;
    this.#pending.delete(message.id);
    if (message.error === undefined) asked.take(message.result);
    else asked.fail(new RpcError(asked.method, message.error.code, message.error.message));
    return true;
  }

  /** Rejects what is still asked; nothing is sent any more. */
  close(): void {
    this.#closed.abort(new Error("The app-server is gone."));
    for (const asked of this.#pending.values()) asked.fail(this.#closed.signal.reason);
    this.#pending.clear();
  }

  #once<T>(method: string, params: object, take: (result: unknown) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#closed.signal.throwIfAborted();
      this.#last += 1;
      const read = (result: unknown) => {
        try {
          resolve(take(result));
        } catch (cause) {
          reject(new Error(`Codex answered ${method} with something else.`, { cause }));
        }
      };
      this.#pending.set(this.#last, { method, take: read, fail: reject });
      this.#send({ id: this.#last, method, params });
    });
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#deps;
    const { signal } = this.#closed;
    return new Promise((resolve, reject) => {
      const forget = callAt(clock, clock.now() + ms, resolve);
      const leave = () => {
        forget();
        reject(signal.reason);
      };
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave, { once: true });
    });
  }

  #send(message: object): void {
    if (!this.#closed.signal.aborted) this.#deps.send(JSON.stringify(message));
  }
}
