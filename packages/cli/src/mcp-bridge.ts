import type { Found } from "@harness/client/node";
import { SdkHttpError, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import {
  isInitializedNotification,
  isInitializeRequest,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  PROTOCOL_VERSION_META_KEY,
  type RequestId,
  type Transport,
} from "@modelcontextprotocol/server";

/** What a bridge stands between. */
export interface BridgeDeps {
  /** The host, over standard input and output. */
  readonly host: Transport;
  /** Where the server is now; throws what to do when there is none. */
  readonly locate: () => Promise<Found>;
  /** Told what went wrong, one line each. */
  readonly warn: (line: string) => void;
}

interface Pending {
  /** Set in revisions without sessions, where giving up a request means ending its stream. */
  readonly giveUp: AbortController | undefined;
}

/**
 * Carries the messages of one host to `/mcp` of the running server and back; it knows no tool. A server that was
 * started again is found again: the host's `initialize` and subscriptions are repeated, and it notices nothing but
 * the calls that were under way, which are answered as failed.
 *
 * ```
 * host ── stdin ──▶ bridge ── POST /mcp ──▶ server        a request is answered exactly once,
 * host ◀─ stdout ── bridge ◀──── streams ── server        by the server or, when it is gone, here
 * ```
 */
export class McpBridge {
  readonly #deps: BridgeDeps;
  readonly #pending = new Map<RequestId, Pending>();
  readonly #subscribed = new Map<string, JSONRPCRequest>();
  #remote: StreamableHTTPClientTransport | undefined;
  #opening: Promise<StreamableHTTPClientTransport> | undefined;
  #initialize: JSONRPCRequest | undefined;
  #initialized: JSONRPCMessage | undefined;
  #own = 0;

  constructor(deps: BridgeDeps) {
    this.#deps = deps;
  }

  /** Runs until the host is gone or the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { host, warn } = this.#deps;
    const over = new Promise<void>((resolve) => {
      host.onclose = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    host.onerror = (error) => warn(error.message);
    host.onmessage = (message) => void this.#carry(message);
    await host.start();
    await over;
    await this.#remote?.terminateSession().catch(() => {});
    await this.#remote?.close();
    await host.close();
  }

  /** Takes one message of the host to the server. Never rejects. */
  async #carry(message: JSONRPCMessage): Promise<void> {
    this.#remember(message);
    if (this.#givesUp(message)) return;
    const request = isJSONRPCRequest(message) ? message : undefined;
    const giveUp = request && isModern(request) ? new AbortController() : undefined;
    if (request) this.#pending.set(request.id, { giveUp });
    try {
      await this.#send(message, giveUp?.signal);
    } catch (error) {
      if (giveUp?.signal.aborted) return;
      if (request) await this.#fail(request.id, whyFailed(error));
      else this.#deps.warn(whyFailed(error));
    }
  }

  async #send(message: JSONRPCMessage, requestSignal: AbortSignal | undefined): Promise<void> {
    const options = {
      ...(requestSignal ? { requestSignal } : {}),
      onRequestStreamEnd: () => {
        if (isJSONRPCRequest(message))
          void this.#fail(
            message.id,
            "The server went away before it answered; whether it did what was asked is not known.",
          );
      },
    };
    const remote = await this.#connected();
    try {
      await remote.send(message, options);
    } catch (error) {
      if (!wasNeverTaken(error)) throw error;
      await this.#forget(remote);
      const again = await this.#connected(isInitializeRequest(message));
      await again.send(message, options);
    }
  }

  /** The way to the server, found anew when there is none. */
  async #connected(begins = false): Promise<StreamableHTTPClientTransport> {
    if (this.#remote !== undefined) return this.#remote;
    this.#opening ??= this.#open(begins).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(begins: boolean): Promise<StreamableHTTPClientTransport> {
    const { url, token } = await this.#deps.locate();
    const remote = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    });
    remote.onmessage = (message) => void this.#deliver(message, remote);
    await remote.start();
    if (this.#initialized !== undefined && this.#initialize !== undefined && !begins)
      await this.#repeat(remote, this.#initialize, this.#initialized);
    this.#remote = remote;
    return remote;
  }

  /** Begins a session for a host that thinks it has one. */
  async #repeat(
    remote: StreamableHTTPClientTransport,
    initialize: JSONRPCRequest,
    initialized: JSONRPCMessage,
  ): Promise<void> {
    for (const message of [initialize, initialized, ...this.#subscribed.values()]) {
      this.#own += 1;
      await remote.send(
        isJSONRPCRequest(message) ? { ...message, id: `harness-bridge-${this.#own}` } : message,
      );
    }
  }

  async #forget(remote: StreamableHTTPClientTransport): Promise<void> {
    if (this.#remote !== remote) return;
    this.#remote = undefined;
    await remote.close();
  }

  /** Hands a message of the server to the host; answers to what the bridge itself asked are not for it. */
  async #deliver(message: JSONRPCMessage, remote: StreamableHTTPClientTransport): Promise<void> {
    if (isJSONRPCResultResponse(message)) {
      const version = message.result["protocolVersion"];
      if (typeof version === "string") remote.setProtocolVersion(version);
    }
    if (isJSONRPCResponse(message) && message.id !== undefined) {
      if (!this.#pending.delete(message.id)) return;
    }
    await this.#deps.host.send(message).catch((error: unknown) => this.#deps.warn(whyFailed(error)));
  }

  /** Answers a request of the host in the server's place, unless it was answered. */
  async #fail(id: RequestId, message: string): Promise<void> {
    if (!this.#pending.delete(id)) return;
    const answer: JSONRPCMessage = { jsonrpc: "2.0", id, error: { code: -32_000, message } };
    await this.#deps.host.send(answer).catch((error: unknown) => this.#deps.warn(whyFailed(error)));
  }

  #remember(message: JSONRPCMessage): void {
    if (isInitializedNotification(message)) this.#initialized = message;
    if (!isJSONRPCRequest(message)) return;
    if (isInitializeRequest(message)) this.#initialize = message;
    const uri = message.params?.["uri"];
    if (typeof uri !== "string") return;
    if (message.method === "resources/subscribe") this.#subscribed.set(uri, message);
    if (message.method === "resources/unsubscribe") this.#subscribed.delete(uri);
  }

  /** Whether the message gave up a request whose stream was its only way: then it has no further to go. */
  #givesUp(message: JSONRPCMessage): boolean {
    if (!isJSONRPCNotification(message) || message.method !== "notifications/cancelled") return false;
    const id = message.params?.["requestId"];
    if (typeof id !== "string" && typeof id !== "number") return false;
    const giveUp = this.#pending.get(id)?.giveUp;
    if (giveUp === undefined) return false;
    this.#pending.delete(id);
    giveUp.abort();
    return true;
  }
}

function isModern({ params }: JSONRPCRequest): boolean {
  return params?._meta?.[PROTOCOL_VERSION_META_KEY] !== undefined;
}

/** Whether a message certainly did nothing: nobody listened, or the session or the token was another server's. */
function wasNeverTaken(error: unknown): boolean {
  if (error instanceof SdkHttpError) return error.status === 404 || error.status === 401;
  const cause = error instanceof TypeError ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
}

function whyFailed(error: unknown): string {
  const hint =
    error instanceof Error && "hint" in error && typeof error.hint === "string" ? ` ${error.hint}` : "";
  return `${error instanceof Error ? error.message : String(error)}${hint}`;
}
