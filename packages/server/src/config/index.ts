export type { BudgetEntry } from "./budget-keys.ts";
export { parseCommand } from "./command.ts";
export { createDataDir, type DataDirPaths, dataDirPaths } from "./data-dir.ts";
export { DataDirLock, type DataDirOwner, dataDirOwner } from "./data-dir-lock.ts";
export { type ConfigFlag, type ConfigFlags, configFlags, parseConfigFlags } from "./flags.ts";
export type { HookEntry } from "./hook-keys.ts";
export { type Config, type ConfigPath, configKeys, configRows, configVariable } from "./keys.ts";
export {
  type ConfigSurroundings,
  type LoadedConfig,
  loadConfig,
} from "./load.ts";
export { editDistance, nearest } from "./nearest.ts";
export type { NotificationChannel } from "./notify-keys.ts";
export { type ProtectedSet, protectedSets } from "./policy-keys.ts";
export type { ConfigWarning } from "./problem.ts";
export { liveness, markOf, ProcessMark } from "./process-mark.ts";
export {
  hashProjectConfig,
  type ParsedProjectFile,
  type ProjectFileSettings,
  parseProjectConfig,
} from "./project-file.ts";
export {
  configSecrets,
  describeConfig,
  renderConfigReference,
  renderDefaultConfig,
  type ShownSetting,
} from "./reference.ts";
export { handlesOf, type SecretSource } from "./secret-source.ts";
export type { CommandAgentEntry, ProjectEntry } from "./shapes.ts";
