export { Rpc, type RpcCaller, type RpcDeps } from "./rpc.ts";
export type { RpcSession } from "./session.ts";
export { StdioConnection, type StdioStreams } from "./stdio.ts";
export { readStrictJson } from "./strict-json.ts";
