import type { OptionForm, OptionOverrides } from "../options.ts";
import { readNumber } from "../options.ts";
import { splitCommand } from "../split-command.ts";

function list(
  flag: string,
  word: string,
  path: string,
  doc: string,
  read?: OptionForm["read"],
): OptionForm[] {
  return [
    { flags: `--${flag} <${word}>`, doc: `${doc} (repeatable; replaces the list)`, path, many: true, read },
    { flags: `--no-${flag}`, doc: `None: empty the list of --${flag}`, path, value: [] },
  ];
}

function nightLimit(name: string, doc: string): OptionForm[] {
  const flag = `night-${name.replaceAll("_", "-")}`;
  const path = `night_limits.${name}`;
  return [
    { flags: `--${flag} <number>`, doc: `${doc} in one night`, path, read: readNumber },
    { flags: `--no-${flag}`, doc: `No limit of --${flag}`, path, value: null },
  ];
}

/** How the settings of a project are given on the command line. */
export const settingOptions: OptionOverrides = {
  validation: [
    {
      flags: "--validation <command>",
      doc: "Command that proves the work (repeatable; replaces the list)",
      path: "validation",
      many: true,
      read: (text, flag) => ({ name: text.slice(0, 100), argv: splitCommand(text, flag) }),
    },
    {
      flags: "--no-validation",
      doc: "Accept unproven work; every record shows it",
      path: "validation",
      value: "none",
    },
  ],
  setup: list("setup", "command", "setup", "Command that runs first in each workspace", splitCommand),
  copy_files: list("copy", "path", "copy_files", "File to copy from the repository, such as .env"),
  cache_dirs: list("cache", "path", "cache_dirs", "Directory kept in a cache shared by attempts"),
  allowed_hosts: list("allow-host", "host", "allowed_hosts", "Host agents reach, perhaps with a port"),
  review: [
    { flags: "--review", doc: "A different agent reviews the work", path: "review.enabled" },
    { flags: "--no-review", doc: "Nobody reviews the work; every record shows it", path: "review.enabled" },
    { flags: "--reviewer <agent>", doc: "Agent that reviews", path: "review.reviewer_agent" },
    { flags: "--no-reviewer", doc: "Any other agent reviews", path: "review.reviewer_agent", value: null },
    {
      flags: "--review-rounds <number>",
      doc: "Review rounds before a person is asked",
      path: "review.max_rounds",
      read: readNumber,
    },
    {
      flags: "--allow-same-agent",
      doc: "The agent that wrote the work may review it",
      path: "review.allow_same_agent",
    },
    {
      flags: "--no-allow-same-agent",
      doc: "The opposite of --allow-same-agent",
      path: "review.allow_same_agent",
    },
  ],
  default_agent: [{ flags: "--agent <name>", doc: "Agent that does the work", path: "default_agent" }],
  lfs: [
    { flags: "--lfs", doc: "Fetch Git LFS files", path: "lfs" },
    { flags: "--no-lfs", doc: "The opposite of --lfs", path: "lfs" },
  ],
  submodules: [
    { flags: "--submodules", doc: "Check submodules out", path: "submodules" },
    { flags: "--no-submodules", doc: "The opposite of --submodules", path: "submodules" },
  ],
  takeover: [
    {
      flags: "--takeover",
      doc: "Another agent goes on while the first waits for its quota",
      path: "takeover",
    },
    { flags: "--no-takeover", doc: "The opposite of --takeover", path: "takeover" },
  ],
  night_limits: [
    ...nightLimit("max_budget_usd", "Most money the project may use"),
    ...nightLimit("max_tokens", "Most tokens the project may use"),
    ...nightLimit("max_wall_secs", "Longest time its attempts may run, in seconds,"),
    ...nightLimit("max_turns", "Most agent turns of the project"),
    ...nightLimit("max_attempts", "Most attempts of the project"),
  ],
};
