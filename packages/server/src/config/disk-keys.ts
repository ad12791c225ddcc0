import { key } from "./key.ts";
import { integer } from "./value-type.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const most = 1024 ** 5;

/** Settings of how much of the disk Harness takes, and how much it leaves. */
export const diskKeys = {
  "disk.max_bytes": key(
    integer(0, most, "bytes"),
    20 * GIB,
    "Most that is kept of what can be made again: dependency caches, logs, outputs, recordings. Those used longest ago go first.",
  ),
  "disk.keep_days": key(
    integer(0, 3650, "days"),
    14,
    "How long outputs and earlier snapshots of finished tasks are kept at least. The newest work of a task, and work that is not published, always stays.",
  ),
  "disk.recordings_days": key(
    integer(0, 3650, "days"),
    14,
    "How long the raw traffic of a turn is kept, for `harness replay`; 0 records none.",
  ),
  "disk.min_free_bytes": key(
    integer(0, most, "bytes"),
    GIB,
    "Free space below which no new attempt starts and caches are deleted.",
  ),
  "disk.reserve_bytes": key(
    integer(0, 64 * GIB, "bytes"),
    64 * MIB,
    "Size of `<data_dir>/reserve`, given back when the disk is full so that states can change and work can be cancelled; 0 keeps none.",
  ),
} as const;
