export { type CallOptions, type ClientOptions, HarnessClient } from "./client.ts";
export { errorOf } from "./problem.ts";
export { type Socket, Topics } from "./topics.ts";
