import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Variables for settings below [limits], which a test app's own file writes already. */
export function limits(values: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`HARNESS_LIMITS_${name.toUpperCase()}`, String(value)]),
  );
}

/** Writes an executable Node program and returns its path. */
export function program(dir: string, name: string, source: string): string {
  const file = path.join(dir, "programs", name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!${process.execPath}\n${source}`);
  chmodSync(file, 0o755);
  return file;
}
