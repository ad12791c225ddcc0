export { takeConsole } from "./library-console.ts";
export { LogFile } from "./log-file.ts";
export {
  createLogger,
  type Logger,
  type LoggerSettings,
  type LogLevel,
  RuntimeLog,
  type RuntimeLogState,
} from "./logger.ts";
export { LoopDelay } from "./loop-delay.ts";
export type { Redact } from "./record.ts";
