import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { HarnessError } from "@harness/protocol";
import { type ConfigSurroundings, loadConfig } from "../../src/config/index.ts";

/** A home directory of its own to read settings in. Remove it with `using`. */
export class ConfigHome implements Disposable {
  readonly dir = mkdtempSync(path.join(os.tmpdir(), "harness-config-"));

  surroundings(more: Partial<ConfigSurroundings> = {}): ConfigSurroundings {
    return {
      flags: {},
      env: {},
      cwd: path.join(this.dir, "cwd"),
      home: this.dir,
      platform: "linux",
      ...more,
    };
  }

  /** Writes a file only its owner may read, and answers its path. */
  write(name: string, text: string | Buffer): string {
    const file = path.join(this.dir, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  /** The settings with this text as the file that is named. */
  load(text: string | Buffer, more: Partial<ConfigSurroundings> = {}) {
    return loadConfig(
      this.surroundings({ flags: { config: this.write("conf/harness.toml", text) }, ...more }),
    );
  }

  /** The error that refuses this text; throws when it is accepted. */
  failure(text: string | Buffer, more: Partial<ConfigSurroundings> = {}): HarnessError {
    try {
      this.load(text, more);
    } catch (error) {
      if (error instanceof HarnessError) return error;
      throw error;
    }
    throw new Error("the settings were accepted");
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
