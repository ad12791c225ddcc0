import { readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";

/** Deletes runtime logs that were last written more than `days` days before `now`, the current file aside. */
export function deleteOldLogs(dir: string, days: number, now: number, current: string): string[] {
  const deleted: string[] = [];
  for (const name of names(dir)) {
    const file = path.join(dir, name);
    if (!/^harness-[a-z]+-\d+\.log(\.\d+)?$/.test(name) || file === current) continue;
    try {
      if (now - statSync(file).mtimeMs <= days * 86_400_000) continue;
      rmSync(file);
      deleted.push(name);
    } catch {
      // Another server of the same directory may have deleted it first; the next day tries again.
    }
  }
  return deleted;
}

function names(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
