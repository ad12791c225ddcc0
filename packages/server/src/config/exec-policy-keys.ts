import { z } from "zod";
import { key } from "./key.ts";
import { integer, line, type ValueType } from "./value-type.ts";

/** Several texts of one line; in a variable they are separated as in PATH. */
function list(expected: string, max: number, kind: "plain" | "workspace" = "plain"): ValueType<string[]> {
  return {
    get schema() {
      return z.array(line(4096)).max(max);
    },
    expected,
    kind,
    fromText: (text, delimiter) => text.split(delimiter).filter((part) => part.trim() !== ""),
  };
}

const commands = list('a list of beginnings of commands, such as ["git status", "npm test"]', 1000);
const dirs = list(
  'a list of directories, such as ["./build", "/srv/cache"]; relative ones count from the workspace',
  50,
  "workspace",
);

/**
 * Seed 2's `[exec_policy]`. What Harness has under another name already is an alias of that (`aliases.ts`); these are
 * the rest. They hold for Harness's own tools, and for every agent that asks.
 */
export const execPolicyKeys = {
  "exec_policy.allowed_commands": key(
    commands,
    [],
    "Commands nobody is asked about under the profile `allow_listed`, unless they reach the network or write outside the writable directories. Whole words count, and every command of a line by itself: `ls` does not allow `ls; rm x`.",
    { vendorEnv: "HARPER_SANDBOX_ALLOWED_COMMANDS" },
  ),
  "exec_policy.blocked_commands": key(
    commands,
    [],
    "Commands no agent may run, whatever profile or rule allows; seen through `sudo`, `bash -c` and their like.",
    { vendorEnv: "HARPER_SANDBOX_BLOCKED_COMMANDS" },
  ),
  "exec_policy.retry_max_attempts": key(
    integer(0, 10),
    1,
    "How often a command that failed is run again by itself when its agent says that this is safe (`retry_policy`), nobody had to be asked, and its class is listed below. Only commands of Harness's own tools.",
  ),
  "exec_policy.retry_network_commands": key(
    list("a list of programs", 100),
    ["curl", "wget"],
    "Programs that reach the network and may be run again by themselves.",
  ),
  "exec_policy.retry_write_commands": key(
    list("a list of programs", 100),
    ["mkdir", "touch"],
    "Programs that write and may be run again by themselves.",
  ),
  "exec_policy.sandbox.allowed_dirs": key(
    dirs,
    [],
    "Directories agents may read besides their workspace, which they always may.",
    { vendorEnv: "HARPER_SANDBOX_ALLOWED_DIRS" },
  ),
  "exec_policy.sandbox.writable_dirs": key(
    dirs,
    [],
    "The only directories agents may write, when there are any: the rest of the workspace can then be read only. One inside the workspace is made when it is missing.",
    { vendorEnv: "HARPER_SANDBOX_WRITABLE_DIRS" },
  ),
  "exec_policy.sandbox.max_execution_time_secs": key(
    integer(1, 86_400, "seconds"),
    600,
    "The longest a command of Harness's own tools may run; then it ends with everything it started.",
  ),
} as const;
