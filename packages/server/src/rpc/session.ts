import { HarnessError, type RpcMethodName, rpcLimits, rpcMethods } from "@harness/protocol";
import { parseParams } from "../operations/index.ts";
import { answerMessage, failureText, type Outcome } from "./answer.ts";
import type { RpcCall } from "./message.ts";
import { notificationText, Wanted } from "./notifications.ts";
import type { Rpc, RpcCaller } from "./rpc.ts";
import { Subscription } from "./subscription.ts";
import { OrderedWriter, type RpcChannel } from "./writer.ts";

export interface SessionDeps {
  readonly rpc: Rpc;
  readonly channel: RpcChannel;
  readonly caller: RpcCaller;
}

/**
 * One connection, from its handshake to its end:
 *
 *     new --initialize--> greeted --initialized--> ready
 *
 * Only a ready one has operations done, and from then on it is told of everything that happens, unless it chose
 * otherwise. Calls run at once, up to a limit; what is written goes out in one order.
 */
export class RpcSession {
  readonly #deps: SessionDeps;
  readonly #writer: OrderedWriter;
  readonly #open = new Set<string>();
  readonly #answering = new Set<Promise<void>>();
  #state: "new" | "greeted" | "ready" | "closed" = "new";
  #inFlight = 0;
  #wanted = new Wanted([]);
  #notified = true;
  #subscription: Subscription | undefined;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#writer = new OrderedWriter(deps.channel);
  }

  /**
   * Takes in one message. Undefined when the next one may be read, else resolved when it may: a client that reads no
   * answers is not read either.
   */
  receive(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#state === "closed") return undefined;
    let held = 0;
    const answered = answerMessage(bytes, {
      open: this.#open,
      redact: this.#deps.rpc.redact,
      requestId: this.#deps.rpc.requestId,
      run: (call, requestId) => {
        if (this.#inFlight >= rpcLimits.inFlight) return Promise.reject(overloaded());
        this.#inFlight += 1;
        held += 1;
        return this.#run(call, requestId);
      },
    })
      .then(async ({ text, after }) => {
        const written = text === undefined ? undefined : this.#writer.write(text);
        after();
        await written;
      })
      // Whoever is gone is answered nothing.
      .catch(() => this.close())
      .finally(() => {
        this.#inFlight -= held;
        this.#answering.delete(answered);
      });
    this.#answering.add(answered);
    return this.#writer.room();
  }

  /** Refuses something that never was a message, such as a line that is too long. */
  refuse(error: HarnessError): Promise<void> | undefined {
    const { redact, requestId } = this.#deps.rpc;
    this.#writer.write(failureText(null, error, redact, requestId())).catch(() => this.close());
    return this.#writer.room();
  }

  /** Resolves when everything that came so far is answered or refused, and that is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#answering);
    await this.#writer.written();
  }

  /** Ends the notifications; what still runs is answered to nobody. */
  close(): void {
    this.#state = "closed";
    this.#subscription?.close();
    this.#subscription = undefined;
  }

  async #run(call: RpcCall, requestId: string): Promise<Outcome> {
    const { rpc, caller } = this.#deps;
    const method = rpc.method(call.method);
    if (method.kind === "connection") return this.#own(method.name, call);
    this.#requireReady();
    return { result: await rpc.invoke(method.name, call, caller, requestId) };
  }

  #own(name: RpcMethodName, { params }: RpcCall): Outcome | Promise<Outcome> {
    switch (name) {
      case "initialize":
        return this.#initialize(params);
      case "initialized":
        return this.#initialized(params);
      case "events/subscribe":
        this.#requireReady();
        return this.#subscribe(params);
      case "events/unsubscribe":
        this.#requireReady();
        parseParams(rpcMethods[name].params, params);
        this.#follow(undefined);
        return { result: { subscribed: false } };
    }
  }

  #initialize(params: unknown): Outcome {
    if (this.#state !== "new")
      throw new HarnessError("invalid_request", "This connection is initialized already.", {
        field: "method",
      });
    const { capabilities: client } = parseParams(rpcMethods.initialize.params, params);
    this.#wanted = new Wanted([
      ...(client?.opt_out_notification_methods ?? []),
      ...(client?.optOutNotificationMethods ?? []),
    ]);
    this.#notified = client?.notifications ?? true;
    this.#state = "greeted";
    return { result: this.#deps.rpc.greeting() };
  }

  #initialized(params: unknown): Outcome {
    if (this.#state !== "greeted")
      throw new HarnessError(
        "invalid_request",
        this.#state === "new" ? "Send 'initialize' first." : "This connection is initialized already.",
        { field: "method" },
      );
    parseParams(rpcMethods.initialized.params, params);
    this.#state = "ready";
    const types = this.#wanted.types(undefined);
    const nothing = !this.#notified || types?.length === 0 || !this.#deps.caller.scopes.has("read");
    if (nothing) return { result: {} };
    const opened = this.#deps.rpc.feeds.open({ types }, "head");
    if (opened.status !== "ok") return { result: {} };
    return { result: {}, after: () => this.#follow(new Subscription(opened.cursor)) };
  }

  async #subscribe(params: unknown): Promise<Outcome> {
    const { rpc, caller } = this.#deps;
    if (!caller.scopes.has("read"))
      throw new HarnessError("forbidden", "events/subscribe needs the scope read.");
    const { after_seq, types: asked, ...rest } = parseParams(rpcMethods["events/subscribe"].params, params);
    const types = this.#wanted.types(asked);
    const filter = await rpc.filterOf({ ...rest, types });
    const head_seq = rpc.feeds.headSeq;
    // A feed of no type at all would be one of every type.
    if (types?.length === 0) {
      this.#follow(undefined);
      return { result: { subscribed: true, after_seq: after_seq ?? head_seq, head_seq } };
    }
    const opened = rpc.feeds.open(filter, after_seq ?? "head");
    if (opened.status !== "ok") {
      const { oldest_seq } = opened;
      return {
        result: { subscribed: false, after_seq: null, head_seq },
        after: () => this.#notifyResync({ oldest_seq, head_seq }),
      };
    }
    const subscription = new Subscription(opened.cursor);
    // Nothing of the old feed comes after the answer, and nothing of the new one before it.
    this.#stopFollowing();
    return {
      result: { subscribed: true, after_seq: opened.cursor.position, head_seq },
      after: () => this.#follow(subscription),
    };
  }

  /** Tells the client of this feed instead of the one before. A feed that fails ends the connection. */
  #follow(subscription: Subscription | undefined): void {
    this.#stopFollowing();
    if (this.#state === "closed") {
      subscription?.close();
      return;
    }
    this.#subscription = subscription;
    const { rpc, channel } = this.#deps;
    let sending = false;
    subscription
      ?.run(async (frame) => {
        sending = true;
        await this.#writer.write(rpc.texts.of(frame));
        sending = false;
      })
      .catch(() => {
        this.close();
        if (!sending) channel.fail("the feed failed");
      });
  }

  #stopFollowing(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
  }

  #notifyResync(params: { oldest_seq: number; head_seq: number }): void {
    if (this.#wanted.has("resync_required"))
      void this.#writer.write(notificationText("resync_required", params)).catch(() => this.close());
  }

  #requireReady(): void {
    if (this.#state === "ready") return;
    const missing = this.#state === "new" ? "initialize" : "initialized";
    throw new HarnessError("not_initialized", `Server not initialized. Send '${missing}' first.`, {
      hint: "initialize, then the notification initialized; then everything else.",
    });
  }
}

function overloaded(): HarnessError {
  return new HarnessError(
    "overloaded",
    `More than ${rpcLimits.inFlight} calls of this connection wait for their answer. Read some, then ask again.`,
    { retry_after_s: 1 },
  );
}
