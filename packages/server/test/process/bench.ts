import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@harness/protocol";
import { ProcessRunner, type ReapedProcess, type SpawnSpec } from "../../src/process/index.ts";

/** The folder of the ten-line programs that behave badly. */
export const agentsDir = fileURLToPath(new URL("../fixtures/agents", import.meta.url));

/** A runner with a ledger in a temporary directory, and an environment in which the fixtures start. */
export class ProcessBench implements AsyncDisposable {
  readonly dir = mkdtempSync(join(tmpdir(), "harness-process-"));
  readonly ledgerDir = join(this.dir, "ledger");
  readonly cookie = `att_${crypto.randomUUID()}`;
  readonly warnings: string[] = [];
  readonly reaped: ReapedProcess[] = [];
  readonly runner: ProcessRunner;

  constructor(failpoint?: (name: string) => void | Promise<void>) {
    this.runner = new ProcessRunner({
      clock: systemClock,
      ledgerDir: this.ledgerDir,
      killGraceMs: 200,
      onReaped: (reaped) => this.reaped.push(reaped),
      logger: { warn: (_facts, message) => this.warnings.push(message) },
      failpoint,
    });
  }

  /** How to start one of the fixtures. */
  fixture(name: string, args: string[] = [], more: Partial<SpawnSpec> = {}): SpawnSpec {
    return {
      file: join(agentsDir, name),
      args,
      cwd: this.dir,
      env: { PATH: nodePath },
      cookie: this.cookie,
      ...more,
    };
  }

  ledger(): string[] {
    return readdirSync(this.ledgerDir);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner.killCookie(this.cookie);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** A PATH on which `node` is the one that runs the tests. */
export const nodePath = `${dirname(process.execPath)}:/usr/bin:/bin`;

/** The living processes whose environment holds this text, found without any code of the product. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && readProc(`${name}/environ`).includes(text))
    .map(Number);
}

/** True while the process exists and is no zombie. */
export function isAlive(pid: number): boolean {
  const stat = readProc(`${pid}/stat`);
  return stat !== "" && !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(")") + 1));
}

/** Waits until the process is gone; the test's own timeout is the limit. */
export async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "latin1");
  } catch {
    return "";
  }
}

/** Resolves with the first line that a started program prints. Pass `onLine` on to the spawn. */
export function firstLine(): { onLine: NonNullable<SpawnSpec["onLine"]>; line: Promise<string> } {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { onLine: (_stream, line) => resolve(line), line: promise };
}
