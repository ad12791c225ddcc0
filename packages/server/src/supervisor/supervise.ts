import { readFileSync } from "node:fs";
import { systemClock } from "@harness/protocol";
import {
  type ConfigSurroundings,
  configSecrets,
  createDataDir,
  DataDirLock,
  loadConfig,
} from "../config/index.ts";
import type { OwnProgram } from "../process/index.ts";
import { Redactor } from "../secrets/index.ts";
import { Supervisor } from "./supervisor.ts";
import { SupervisorLog } from "./supervisor-log.ts";

/** A supervisor at work. */
export interface Supervision {
  stop(how: "drain" | "now"): void;
  restart(): void;
  /** True when the server was stopped on request, false when it was given up. */
  readonly ended: Promise<boolean>;
}

/**
 * Supervises the server of a data directory. Throws `data_dir_locked` when another process does so already, and
 * `config_invalid` when the server could not start with these settings.
 */
export function supervise(
  surroundings: ConfigSurroundings,
  server: OwnProgram,
  version: string,
): Supervision {
  const clock = systemClock;
  const { config } = loadConfig(surroundings);
  const paths = createDataDir(config.server.data_dir);
  const lock = DataDirLock.take(config.server.data_dir, clock, "supervisorLock");
  const redactor = new Redactor();
  for (const { label, value } of configSecrets(config)) redactor.register(label, value);
  const knowToken = () => void registerToken(redactor, paths.token);
  knowToken();
  const log = new SupervisorLog({
    dir: paths.logs,
    clock,
    maxBytes: config.observe.log_max_bytes,
    redact: redactor.redact,
  });
  const supervisor = new Supervisor({
    paths,
    clock,
    version,
    server,
    drainMs: config.server.drain_timeout_secs * 1000,
    log,
    onReady: knowToken,
  });
  const ended = supervisor.run().finally(() => {
    log[Symbol.dispose]();
    lock.release();
  });
  return { stop: (how) => supervisor.stop(how), restart: () => supervisor.restart(), ended };
}

/** The token is made by the first server of a data directory. */
function registerToken(redactor: Redactor, file: string): void {
  try {
    redactor.register("harness-token", readFileSync(file, "utf8"));
  } catch {
    // There is none yet.
  }
}
