export {
  type CallOptions,
  type ClientOptions,
  type FeedItem,
  type FeedParams,
  type FollowOptions,
  HarnessClient,
} from "./client.ts";
export { followThread, readThread, type ThreadUpdate } from "./follow-thread.ts";
export type { NotificationParams } from "./notification-feed.ts";
export { errorOf } from "./problem.ts";
export { type RunEvent, type RunOptions, runThread, type ThreadRun } from "./run-thread.ts";
export type { TaskFeedParams } from "./task-feed.ts";
export type { TopicParams } from "./topic-hub.ts";
export { type Socket, Topics } from "./topics.ts";
export { type LiveTurn, type ThreadState, Transcript } from "./transcript.ts";
