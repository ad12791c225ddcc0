import { key } from "./key.ts";
import { bool, integer } from "./value-type.ts";

/** Settings of a server that runs by itself. */
export const upKeys = {
  "up.keep_awake": key(
    bool,
    true,
    "Keep the machine awake while tasks run: `systemd-inhibit` on Linux, `caffeinate` on macOS.",
  ),
  "observe.log_max_bytes": key(
    integer(4096, 10_737_418_240, "bytes"),
    67_108_864,
    "Size at which a log file is put aside and a new one begins; four older ones are kept of each.",
  ),
} as const;
