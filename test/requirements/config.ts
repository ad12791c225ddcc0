import type { Requirement } from "../support/requirement.ts";

/** Settings, secrets, runtime log and project detection. */
export const configRequirements = [
  {
    id: "config.precedence",
    source: "issue 2 / DESIGN 6",
    promise:
      "Defaults, user file or the named file in its place, variables and flags are read in this order, the later winning, and each value knows its source.",
    state: "done",
  },
  {
    id: "config.seed-sample",
    source: "seed 1",
    promise:
      "Seed 1's sample configuration starts the server as it is, with a warning by name for each capability that does not exist yet.",
    state: "done",
  },
  {
    id: "config.misspelt",
    source: "CONTRACT decisions",
    promise: "A misspelt key stops the start and the error names file, line, column and the nearest name.",
    state: "done",
  },
  {
    id: "config.error-place",
    source: "issue 2 / SAFETY 4.6",
    promise:
      "Every error in a configuration file tells file, line and column, what was expected and what was found.",
    state: "done",
  },
  {
    id: "config.hostile-file",
    source: "SAFETY 4.6",
    promise:
      "Duplicate tables, dotted-key clashes, inf, nan, dates, huge integers, invalid UTF-8, BOM, CRLF and huge files are answered with an error or read right, never half.",
    state: "done",
  },
  {
    id: "config.prototype",
    source: "SAFETY F6",
    promise: "Keys such as __proto__ in a configuration file are refused and change no object.",
    state: "done",
  },
  {
    id: "config.secret-hidden",
    source: "issue 2",
    promise: "No error, warning or listing of settings shows a secret value.",
    state: "done",
  },
  {
    id: "config.secret-variable",
    source: "SAFETY 4.6",
    promise: "A secret may name a variable; one that is not set stops the start.",
    state: "done",
  },
  {
    id: "config.public-bind",
    source: "SAFETY A2",
    promise: "An address other machines can reach is refused unless it is allowed explicitly.",
    state: "done",
  },
  {
    id: "config.relative-paths",
    source: "CONTRACT 1.19",
    promise:
      "Relative paths count from the configuration file, or from the working directory for flags and variables.",
    state: "done",
  },
  {
    id: "config.reference",
    source: "issue 2",
    promise:
      "The reference page and config/default.toml are generated from the table of settings and are current.",
    state: "done",
  },
  {
    id: "config.doctor-warnings",
    source: "issue 3",
    promise: "The doctor tells what is unsafe in the settings and what is for later, each in its own words.",
    state: "done",
  },
  {
    id: "config.project-file",
    source: "seed 1",
    promise:
      "A project's own file sets branches, setup, validation, agent, review and concurrency of the project as in seed 1.",
    state: "done",
  },
  {
    id: "config.project-file-limits",
    source: "SAFETY C1",
    promise:
      "A project's own file cannot set executables, environment, sandbox, network or the server's limits.",
    state: "done",
  },
  {
    id: "config.command",
    source: "seed 1",
    promise:
      "Commands written as text become words without a shell; shell operators outside quotes are refused.",
    state: "done",
  },
  {
    id: "config.data-dir-modes",
    source: "SAFETY F2",
    promise:
      "The data directory and its folders have mode 0700, and a directory used for something else is left alone.",
    state: "done",
  },
  {
    id: "config.data-dir-lock",
    source: "DESIGN 3.3",
    promise: "One process owns a data directory; of many starters one wins, and a dead owner is followed.",
    state: "done",
  },
  {
    id: "secrets.exact",
    source: "SAFETY F1, F2",
    promise:
      "A registered secret never leaves the redactor, in none of its encodings and wherever the text is cut.",
    state: "done",
  },
  {
    id: "secrets.patterns",
    source: "issue 2",
    promise:
      "Well-known keys, private keys, JWTs and logins in addresses are redacted by their look, also across chunk borders.",
    state: "done",
  },
  {
    id: "secrets.benign",
    source: "issue 2",
    promise: "Commit ids, hashes and UUIDs pass the redactor unchanged.",
    state: "done",
  },
  {
    id: "secrets.token-file",
    source: "DESIGN 3.7",
    promise:
      "The token is 256 random bits in a file of mode 0600; a link or a file others can read is refused.",
    state: "done",
  },
  {
    id: "secrets.child-environment",
    source: "DESIGN 3.6 / SAFETY F3",
    promise:
      "A child gets only allowed variables, never CLAUDECODE, CLAUDE_CODE_ENTRYPOINT or the server's own credentials.",
    state: "done",
  },
  {
    id: "telemetry.log-file",
    source: "seed 1 / SAFETY F2",
    promise:
      "The runtime log is JSON lines in a file of mode 0600 without secrets, and old files are deleted after the retention.",
    state: "done",
  },
  {
    id: "telemetry.injection",
    source: "SAFETY F7",
    promise: "Line breaks, terminal sequences and huge texts in a record stay one record of at most 64 KiB.",
    state: "done",
  },
  {
    id: "telemetry.disk",
    source: "SAFETY 4",
    promise: "A log that cannot be written never stops the server and is reported as degraded.",
    state: "done",
  },
  {
    id: "detect.languages",
    source: "issue 2",
    promise:
      "Detection proposes setup, validation, files to copy and caches for the usual ecosystems from the files of a repository.",
    state: "done",
  },
] as const satisfies readonly Requirement[];
