export {
  type ConfigSnapshot,
  isDangerousConfigKey,
  readConfigSnapshot,
  refuseTamperedConfig,
} from "./config-guard.ts";
export { confinedCommands, confinedGit, confinedGitEnvironment } from "./confined-commands.ts";
export {
  type GitCall,
  type GitIdentity,
  type GitResult,
  GitRunner,
  type GitRunnerDeps,
} from "./git-runner.ts";
export { unquotePath } from "./quoted-paths.ts";
export { checkObjectId, checkRefName, refNameIsAcceptable } from "./ref-names.ts";
