export { GroupCommit, type GroupHooks, type Tx } from "./group-commit.ts";
export { HotInserts } from "./hot-insert.ts";
export { openStorage, type Storage, type StorageOptions } from "./open.ts";
export { decodeCursor, type PageInfo, toPage } from "./page.ts";
export type { Database } from "./schema.ts";
export type { TasksTable } from "./task-tables.ts";
