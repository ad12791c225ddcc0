import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { ProcessMark } from "../config/index.ts";

const Time = z.iso.datetime();

/** One end of the server that nobody asked for. */
export const Crash = z.object({
  at: Time,
  exit_code: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** How long the server had run. */
  uptime_ms: z.number().int(),
  /** The last lines it wrote, without secrets. */
  lines: z.array(z.string()),
});
export type Crash = z.infer<typeof Crash>;

/**
 * What a supervisor says about itself, in `<data_dir>/supervisor.json`:
 *
 *   starting → running → waiting (a pause after a crash) → starting …
 *                      → stopping → stopped
 *                      → gave_up
 */
export const SupervisorRecord = z.object({
  supervisor: ProcessMark,
  started_at: Time,
  version: z.string(),
  state: z.enum(["starting", "running", "waiting", "stopping", "stopped", "gave_up"]),
  /** Why it is in this state, when that needs saying. */
  reason: z.string().nullable(),
  server: ProcessMark.nullable(),
  server_started_at: Time.nullable(),
  /** Starts after a crash. */
  restarts: z.number().int(),
  last_crash: Crash.nullable(),
  next_start_at: Time.nullable(),
  /** A supervisor that was asked to stop has ended after this long. */
  stop_within_ms: z.number().int(),
  log_file: z.string(),
});
export type SupervisorRecord = z.infer<typeof SupervisorRecord>;

const ServerFile = z.object({
  url: z.string(),
  pid: z.number().int(),
  run_by: z.string().nullable().default(null),
});
/** What a server says about itself in `<data_dir>/server.json`. */
export type ServerFile = z.infer<typeof ServerFile>;

/** Null when there is none, or nothing we wrote. */
export function readSupervisorRecord(file: string): SupervisorRecord | null {
  return readAs(SupervisorRecord, file);
}

/** Null when no server has said where it is. */
export function readServerFile(file: string): ServerFile | null {
  return readAs(ServerFile, file);
}

/** The record appears whole or not at all. */
export function writeSupervisorRecord(file: string, record: SupervisorRecord): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function readAs<T>(schema: z.ZodType<T>, file: string): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
