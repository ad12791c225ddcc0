export { EventLog, type EventLogDeps, type WriteTx } from "./event-log.ts";
export type { EventFilter } from "./event-row.ts";
export { type FeedCursor, Feeds, type Frame, type OpenedFeed } from "./feeds.ts";
export { dropPlace, keepPlace, type LogFollower, readPlace } from "./log-place.ts";
