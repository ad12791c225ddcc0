export { MOST_CALLS } from "./answer.ts";
export { Rpc, type RpcCaller, type RpcDeps } from "./rpc.ts";
export { MOST_IN_FLIGHT, type RpcSession } from "./session.ts";
export { MOST_LINE_BYTES, StdioConnection, type StdioStreams } from "./stdio.ts";
export { readStrictJson } from "./strict-json.ts";
