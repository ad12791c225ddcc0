import { HarnessError, isHarnessError, type NewId, type OperationName, type Params } from "@harness/protocol";
import type { ServerContext, ServerEventBus } from "@modelcontextprotocol/server";
import { type CallToolResult, ProtocolError, ProtocolErrorCode, Server } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Feeds } from "../events/index.ts";
import type { Invoker } from "../operations/index.ts";
import type { McpCaller } from "./caller.ts";
import { conversationCall, conversationTools, followTurn } from "./conversation-tools.ts";
import type { FollowDeps } from "./follow.ts";
import { prompts, promptText } from "./prompts.ts";
import { listResources, type Read, readResource, resourceTemplates } from "./resources.ts";
import { seedCall } from "./seed-tools.ts";
import { asksForTask, createdTask, serveSessionTasks, sessionTasks } from "./session-handles.ts";
import { handleOf, serveTaskHandles, TASKS_EXTENSION, takesHandles } from "./task-handles.ts";
import { taskOfWait, taskWaitTool, waitForTask } from "./task-wait.ts";
import { toolFailure, toolResult } from "./tool-result.ts";
import type { OperationTool } from "./tools.ts";

/** What every server of a host is built from. */
export interface HostDeps {
  readonly invoker: Invoker;
  readonly feeds: Pick<Feeds, "open">;
  readonly newId: NewId;
  readonly version: string;
  readonly tools: ReadonlyMap<string, OperationTool>;
  readonly news: ServerEventBus;
  /** Aborted when the endpoint closes. */
  readonly closing: AbortSignal;
}

/** What a model is told of the whole before it looks at a single tool. */
const INSTRUCTIONS =
  "Harness runs coding agents on registered repositories and hands back validated, independently reviewed branches. " +
  "Submit work with task_create, follow it with task_wait, and read the outcome with task_get, task_diff and task_proof. " +
  "A task that waits says in block_reason what it needs. VERIFIED evidence is what Harness ran itself; what an agent says is a claim.";

/** How a host is connected: by a session, as in 2025-11-25 and before, or by each request alone, since 2026-07-28. */
export type Connection = "session" | "request";

/**
 * The protocol's server for one host: tools and resources of the operation table, each call run as its caller. The
 * same for both revisions, but for handles of long tools; a session subscribes to resources here, a host without one
 * by the endpoint.
 */
export function hostServer(deps: HostDeps, caller: McpCaller, by: Connection): Server {
  const handles = by === "session" ? { tasks: sessionTasks } : { extensions: { [TASKS_EXTENSION]: {} } };
  const server = new Server(
    { name: "harness", title: "Harness", version: deps.version },
    {
      capabilities: { tools: {}, resources: { subscribe: true }, prompts: {}, ...handles },
      instructions: INSTRUCTIONS,
    },
  );
  serveTools(server, deps, caller);
  serveResources(server, deps, caller);
  const read = reader(deps, caller);
  if (by === "session") serveSessionTasks(server, read, (context) => followDeps(deps, context), refuse);
  else serveTaskHandles(server, read, refuse);
  server.setRequestHandler("prompts/list", async () => ({ prompts: [...prompts] }));
  server.setRequestHandler("prompts/get", async ({ params }) => {
    const text = promptText(params.name, params.arguments);
    if (text !== undefined) return text;
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `There is no prompt ${params.name}, or an argument it needs is missing. prompts/list shows them.`,
    );
  });
  return server;
}

function serveTools(server: Server, deps: HostDeps, caller: McpCaller): void {
  server.setRequestHandler("tools/list", async () => {
    const allowed = [...deps.tools.values()].filter(({ scope }) => caller.scopes.has(scope));
    const waits = caller.scopes.has("read") ? [taskWaitTool] : [];
    const talks = caller.scopes.has("read") && caller.scopes.has("submit") ? conversationTools : [];
    return { tools: [...allowed.map(({ tool }) => tool), ...waits, ...talks] };
  });
  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const { name, arguments: given = {} } = params;
    const read = reader(deps, caller);
    const long = longCall(name, read);
    const call = long ? longAnswer(long, deps, context, params) : shortCall(name, deps, caller);
    if (call === undefined)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no tool ${name}. tools/list shows those there are.`,
      );
    const wantsTask = asksForTask(params);
    if (!long && wantsTask)
      throw new ProtocolError(
        ProtocolErrorCode.MethodNotFound,
        `${name} answers at once and is no task. Call it without task.`,
      );
    // Who wants a task gets one or an error of the protocol, never another result.
    return call(given).catch(
      (error: unknown): CallToolResult => (wantsTask ? refuse(error) : toolFailure(error)),
    );
  });
}

type Given = Record<string, unknown>;
type Call = (given: Given) => Promise<CallToolResult>;

/** A tool that waits for something: what it begins, and how it is followed while the call is held open. */
interface LongCall {
  readonly read: Read;
  /** Answers the task or the turn it is about. */
  readonly begin: (given: Given) => Promise<string>;
  readonly follow: (id: string, given: Given, deps: FollowDeps) => Promise<CallToolResult>;
}

function longCall(name: string, read: Read): LongCall | undefined {
  if (name === taskWaitTool.name)
    return {
      read,
      begin: async (given) => taskOfWait(given),
      follow: async (_, given, deps) => toolResult(await waitForTask(given, deps, read)),
    };
  const begin = conversationCall(name, read);
  return begin && { read, begin, follow: (id, _, deps) => followTurn(read, id, deps) };
}

/** How a long tool is answered: by its end, or at once by a handle where the host takes one. */
function longAnswer(
  { read, begin, follow }: LongCall,
  deps: HostDeps,
  context: ServerContext,
  params: unknown,
): Call {
  return async (given) => {
    const id = await begin(given);
    if (asksForTask(params)) return createdTask(read, id);
    if (takesHandles(context)) return (await handleOf(read, id)) as unknown as CallToolResult;
    return follow(id, given, followDeps(deps, context));
  };
}

/** What runs a tool that answers at once; undefined when there is none of this name. */
function shortCall(name: string, deps: HostDeps, caller: McpCaller): Call | undefined {
  const tool = deps.tools.get(name);
  if (tool === undefined) return seedCall(name, reader(deps, caller));
  return async (given) => {
    const result = await deps.invoker.invoke(tool.operation, given, callerOf(deps, caller));
    return toolResult(tool.list ? { data: result } : z.record(z.string(), z.unknown()).parse(result));
  };
}

function followDeps(deps: HostDeps, { mcpReq }: ServerContext): FollowDeps {
  const progressToken = mcpReq._meta?.progressToken;
  let progress = 0;
  return {
    feeds: deps.feeds,
    signal: AbortSignal.any([mcpReq.signal, deps.closing]),
    report: async (message: string) => {
      if (progressToken === undefined) return;
      progress += 1;
      await mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, message } });
    },
  };
}

function serveResources(server: Server, deps: HostDeps, caller: McpCaller): void {
  const read = reader(deps, caller);
  server.setRequestHandler("resources/list", async ({ params }) =>
    listResources(read, params?.cursor).catch(refuse),
  );
  server.setRequestHandler("resources/templates/list", async () => ({
    resourceTemplates: [...resourceTemplates],
  }));
  server.setRequestHandler("resources/read", async ({ params: { uri } }) => {
    const content = await readResource(read, uri).catch(refuse);
    if (content !== undefined) return { contents: [content] };
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `There is no resource ${uri}. resources/list and resources/templates/list show those there are.`,
      { uri },
    );
  });
  const subscribed = new Set<string>();
  let unlisten: (() => void) | undefined;
  const silence = () => {
    unlisten?.();
    unlisten = undefined;
  };
  server.setRequestHandler("resources/subscribe", async ({ params: { uri } }) => {
    // Whoever may not read it is not told of it, and no address is remembered that names nothing.
    if ((await readResource(read, uri).catch(refuse)) === undefined || subscribed.size >= MOST_SUBSCRIBED)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Cannot subscribe to ${uri}.`, { uri });
    subscribed.add(uri);
    unlisten ??= deps.news.subscribe((event) => {
      if (event.kind !== "resource_updated" || !subscribed.has(event.uri)) return;
      server.sendResourceUpdated({ uri: event.uri }).catch(silence);
    });
    return {};
  });
  server.setRequestHandler("resources/unsubscribe", async ({ params: { uri } }) => {
    subscribed.delete(uri);
    if (subscribed.size === 0) silence();
    return {};
  });
  server.onclose = silence;
}

/** Resources one session may subscribe to. */
const MOST_SUBSCRIBED = 100;

function reader(deps: HostDeps, caller: McpCaller): Read {
  return <N extends OperationName>(name: N, params: Params<N>) =>
    deps.invoker.invoke(name, params, callerOf(deps, caller));
}

function callerOf({ newId }: HostDeps, { scopes, actor, turn_id }: McpCaller) {
  const turn = turn_id === undefined ? {} : { turn_id };
  return { scopes, actor, ...turn, via: "mcp", request_id: newId("request") } as const;
}

/** A failure where the protocol has no place for one in the result. */
function refuse(error: unknown): never {
  const known = isHarnessError(error)
    ? error
    : new HarnessError("internal", "The server failed; its log has the cause.", {}, { cause: error });
  const code = known.code === "internal" ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams;
  throw new ProtocolError(code, known.message, { code: known.code, ...known.details });
}
