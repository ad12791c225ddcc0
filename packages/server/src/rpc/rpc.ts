import { HarnessError, type NewId, type OperationName, type Scope } from "@harness/protocol";
import type { EventFilter, Feeds } from "../events/index.ts";
import type { Invoker } from "../operations/index.ts";
import { answerMessage } from "./answer.ts";
import type { RpcCall } from "./message.ts";
import { capabilities, type Method, methodTable, noSuchMethod } from "./methods.ts";
import { NotificationTexts } from "./notifications.ts";
import { RpcSession } from "./session.ts";
import type { RpcChannel } from "./writer.ts";

/** What JSON-RPC is answered with. */
export interface RpcDeps {
  readonly invoker: Invoker;
  readonly feeds: Pick<Feeds, "open" | "headSeq">;
  /** The id of a project by its id, name or root. */
  readonly projectId: (key: string) => Promise<string>;
  readonly newId: NewId;
  readonly version: string;
  /** Takes the secrets of this server out of a text. */
  readonly redact: (text: string) => string;
}

/** Who is at the other end. Scopes come from the credential the connection was opened with, never from a message. */
export interface RpcCaller {
  readonly scopes: ReadonlySet<Scope>;
  readonly actor: string;
}

/**
 * JSON-RPC 2.0 over the operation table, whatever the transport: every operation is a method of its name. A transport
 * opens a session for each connection, or has single messages answered.
 */
export class Rpc {
  readonly #deps: RpcDeps;
  readonly #methods = methodTable();
  /** Notifications are written once for all sessions. */
  readonly texts = new NotificationTexts();

  constructor(deps: RpcDeps) {
    this.#deps = deps;
  }

  /** A connection: it begins with a handshake, and is told of what happens. */
  open(channel: RpcChannel, caller: RpcCaller): RpcSession {
    return new RpcSession({ rpc: this, channel, caller });
  }

  /**
   * Answers a message that came without a connection. No handshake is needed, and there is nothing to notify.
   * Undefined when nothing is to be answered.
   */
  async answer(bytes: Uint8Array, caller: RpcCaller, requestId: string): Promise<string | undefined> {
    const { text } = await answerMessage(bytes, {
      open: new Set(),
      redact: this.redact,
      requestId: () => requestId,
      run: async (call) => {
        const method = this.method(call.method);
        if (method.kind === "operation")
          return { result: await this.invoke(method.name, call, caller, requestId) };
        if (method.name === "initialize") return { result: this.greeting() };
        if (method.name === "initialized") return { result: {} };
        throw new HarnessError(
          "invalid_request",
          `${method.name} needs a connection: use /ws or standard input and output.`,
          { field: "method" },
        );
      },
    });
    return text;
  }

  /** What a name means; throws for one that means nothing. */
  method(name: string): Method {
    const method = this.#methods.get(name);
    if (method === undefined) throw noSuchMethod(name);
    return method;
  }

  /** Does an operation for a caller. */
  invoke(
    name: OperationName,
    { params }: RpcCall,
    { scopes, actor }: RpcCaller,
    request_id: string,
  ): Promise<unknown> {
    return this.#deps.invoker.invoke(name, params, { scopes, actor, via: "rpc", request_id });
  }

  /** A new id for a call. */
  readonly requestId = (): string => this.#deps.newId("request");

  /** The answer to `initialize`. */
  greeting(): object {
    return { name: "harness", version: this.#deps.version, capabilities: capabilities() };
  }

  get redact(): (text: string) => string {
    return this.#deps.redact;
  }

  get feeds(): RpcDeps["feeds"] {
    return this.#deps.feeds;
  }

  /** A filter with the project named by its id. */
  async filterOf(asked: EventFilter): Promise<EventFilter> {
    if (asked.project_id === undefined) return asked;
    return { ...asked, project_id: await this.#deps.projectId(asked.project_id) };
  }
}
