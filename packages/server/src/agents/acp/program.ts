import { open } from "node:fs/promises";
import path from "node:path";
import { findExecutable } from "../executable.ts";

const SHEBANG = /^#!\s*(?:\S*\/env\s+(?:-\S+\s+)*)?(\S+)/;

/** A program that was found, and what of the machine it needs to read of itself. */
export interface FoundProgram {
  readonly file: string;
  readonly readable: readonly string[];
}

/** Finds a program. A script brings its interpreter, an installed package all of its own files. */
export async function findProgram(name: string, searchPath: string): Promise<FoundProgram | undefined> {
  const file = await findExecutable(name, searchPath);
  if (file === undefined) return undefined;
  const readable = [packageOf(file)];
  const interpreter = SHEBANG.exec(await firstLine(file))?.[1];
  const found = interpreter === undefined ? undefined : await findExecutable(interpreter, searchPath);
  if (found !== undefined) readable.push(packageOf(found));
  return { file, readable };
}

/** The installed package a file belongs to; the file itself when it stands alone. */
function packageOf(file: string): string {
  const parts = file.split(path.sep);
  const modules = parts.lastIndexOf("node_modules");
  if (modules < 0) return file;
  const depth = parts[modules + 1]?.startsWith("@") ? 3 : 2;
  return parts.slice(0, modules + depth).join(path.sep);
}

async function firstLine(file: string): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    return buffer.toString("latin1", 0, bytesRead).split("\n")[0] ?? "";
  } finally {
    await handle.close();
  }
}
