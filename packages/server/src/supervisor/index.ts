export {
  askToRestart,
  askToStop,
  commandLine,
  drainSeconds,
  isAlive,
  isRunning,
  launchSupervisor,
  locateDataDir,
  lookAt,
  type Running,
  readToken,
  settingVariables,
  waitFor,
} from "./control.ts";
export { type LogLine, LogReader } from "./log-lines.ts";
export { type Crash, readSupervisorRecord, type SupervisorRecord } from "./record.ts";
export { type Supervision, supervise } from "./supervise.ts";
export { supervisionOf } from "./supervision.ts";
export { type RunBy, runByOf, runByVariable, runners } from "./watched-server.ts";
