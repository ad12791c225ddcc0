import { dirname } from "node:path";
import type { GitCall } from "./git-runner.ts";

/** Subcommands that may start a diff driver or a text converter unless told not to. */
const DIFFING = new Set(["diff", "diff-tree", "diff-index", "diff-files", "show", "log", "range-diff"]);

/** Settings through which a repository could make git start a program, or change what it writes. */
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.attributesFile=/dev/null",
  "core.excludesFile=/dev/null",
  "core.autocrlf=false",
  "core.quotePath=true",
  "core.fileMode=true",
  "core.symlinks=true",
  "core.protectHFS=true",
  "core.protectNTFS=true",
  "credential.helper=",
  "commit.gpgSign=false",
  "tag.gpgSign=false",
  "log.showSignature=false",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "fetch.writeCommitGraph=false",
  "fetch.prune=false",
  "protocol.ext.allow=never",
  "safe.bareRepository=explicit",
  "diff.external=",
  "color.ui=false",
  "advice.detachedHead=false",
  "gc.auto=0",
  "maintenance.auto=false",
] as const;

/** The argument list of one hardened call: our settings first, then the subcommand, then what it was given. */
export function hardenedArguments(
  subcommand: string,
  rest: readonly string[],
  settings: readonly string[] = [],
): string[] {
  const switches = [...SETTINGS, ...settings].flatMap((setting) => ["-c", setting]);
  const noDrivers = DIFFING.has(subcommand) ? ["--no-ext-diff", "--no-textconv"] : [];
  return ["--no-pager", ...switches, subcommand, ...noDrivers, ...rest];
}

/** The whole environment of one call. Nothing of ours is inherited but the search path. */
export function gitEnvironment(
  call: GitCall,
  from: { readonly path: string; readonly globalConfig?: string },
): Record<string, string> {
  const identity = call.identity ?? { name: "Harness", email: "harness@localhost" };
  const date = identity.at === undefined ? undefined : `@${Math.floor(identity.at / 1000)} +0000`;
  return {
    PATH: from.path,
    HOME: "/nonexistent",
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_GLOBAL: from.globalConfig ?? "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    SSH_ASKPASS: "/bin/false",
    GIT_EDITOR: "true",
    GIT_SEQUENCE_EDITOR: "true",
    GIT_PAGER: "cat",
    GIT_ALLOW_PROTOCOL: call.protocol === "file" ? "file" : "",
    GIT_PROTOCOL_FROM_USER: "0",
    GIT_SSH_COMMAND: "/bin/false",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_DIR: call.gitDir,
    GIT_CEILING_DIRECTORIES: [call.workTree, call.gitDir].filter(isPresent).map(dirname).join(":"),
    ...(call.workTree === undefined ? {} : { GIT_WORK_TREE: call.workTree }),
    ...(call.indexFile === undefined ? {} : { GIT_INDEX_FILE: call.indexFile }),
    ...(call.objectDir === undefined ? {} : { GIT_OBJECT_DIRECTORY: call.objectDir }),
    ...(call.alternates === undefined
      ? {}
      : { GIT_ALTERNATE_OBJECT_DIRECTORIES: call.alternates.map(quoteAlternate).join(":") }),
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
    ...(date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }),
  };
}

// A colon would split the list; git reads a C-quoted entry as one path.
function quoteAlternate(path: string): string {
  return /[:"\\\n]/.test(path) ? `"${path.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n")}"` : path;
}

function isPresent(path: string | undefined): path is string {
  return path !== undefined;
}
