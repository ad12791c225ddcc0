export { type CallOptions, type ClientOptions, type FeedParams, HarnessClient } from "./client.ts";
export { errorOf } from "./problem.ts";
export { type Socket, Topics } from "./topics.ts";
