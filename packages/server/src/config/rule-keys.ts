import { key } from "./key.ts";
import { path, paths } from "./value-type.ts";

/** Settings of the rules that judge what agents do. */
export const ruleKeys = {
  "rules.exec_policy_paths": key(
    paths,
    null,
    "Files with the operator's rules, in Codex's language with more functions; a directory stands for every `*.rules` file in it, such as `~/.codex/rules`. Nothing is allowed while one of them is missing or wrong.",
  ),
  "rules.requirements_path": key(
    path,
    null,
    "A `requirements.toml`: rules that ask or forbid whatever other rules say.",
  ),
  "rules.claude_settings_paths": key(
    paths,
    null,
    "Settings files of Claude Code whose permission lists count as the operator's rules.",
  ),
} as const;
