/**
 * Commands that fill a working tree from elsewhere. They are never run by the server's own runner: a project that turned
 * them on gets them as setup commands, inside its sandbox, with nothing of the operator's in reach.
 */
export const confinedCommands = {
  submodules: ["git", "submodule", "update", "--init", "--recursive"],
  lfs: ["git", "lfs", "pull"],
} as const;
