import { stat } from "node:fs/promises";
import type { ProcessRunner } from "../../../process/index.ts";
import { childEnvironment, type HostEnvironment } from "../../environment.ts";

const TIMEOUT_MS = 20_000;

/** Finds out whether an installed Codex has an app-server. A program is asked once, until its file changes. */
export class AppServerLookup {
  readonly #runner: ProcessRunner;
  readonly #host_env: HostEnvironment;
  #known: { readonly key: string; readonly offered: boolean } | undefined;

  constructor(runner: ProcessRunner, host_env: HostEnvironment) {
    this.#runner = runner;
    this.#host_env = host_env;
  }

  async offered(file: string): Promise<boolean> {
    const { size, mtimeMs } = await stat(file);
    const key = `${file} ${size} ${mtimeMs}`;
    if (this.#known?.key !== key) this.#known = { key, offered: await this.#ask(file) };
    return this.#known.offered;
  }

  /** An older Codex takes the word for a prompt and shows its own help. */
  async #ask(file: string): Promise<boolean> {
    const exit = await this.#runner.run({
      file,
      args: ["app-server", "--help"],
      cwd: "/",
      env: childEnvironment(this.#host_env, []),
      cookie: "probe",
      totalTimeoutMs: TIMEOUT_MS,
      outputCapBytes: 64 * 1024,
    });
    return exit.exitCode === 0 && /Usage:.* app-server\b/.test(exit.stdout.text);
  }
}
