import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";

/** A real disk of a few megabytes, mounted where a data directory goes. */
export interface SmallDisk extends Disposable {
  readonly dir: string;
  /** Writes until nothing more fits. */
  fill(): void;
  /** Gives back what `fill` took. */
  empty(): void;
}

/** Mounts a tmpfs of this many MiB. Undefined where this process may not mount. */
export function smallDisk(dir: string, mib: number): SmallDisk | undefined {
  mkdirSync(dir, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mib}m,mode=700`, "tmpfs", dir], { stdio: "pipe" });
  } catch {
    return undefined;
  }
  const filler = path.join(dir, "filler");
  return {
    dir,
    fill() {
      const file = openSync(filler, "a");
      try {
        for (let size = 1 << 20; size >= 512; size >>= 1) writeAll(file, Buffer.alloc(size, 1));
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(filler, { force: true }),
    [Symbol.dispose]: () => void execFileSync("umount", ["-l", dir], { stdio: "pipe" }),
  };
}

function writeAll(file: number, block: Buffer): void {
  try {
    for (;;) if (writeSync(file, block) < block.length) return;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}
