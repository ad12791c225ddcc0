import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import path from "node:path";

/** Finds a program by name on a search path, or by its absolute path. Undefined when there is none to execute. */
export async function findExecutable(name: string, searchPath: string): Promise<string | undefined> {
  const folders = name.includes(path.sep) ? [""] : searchPath.split(path.delimiter).filter(path.isAbsolute);
  for (const folder of folders) {
    const candidate = path.resolve(folder, name);
    if (await isExecutable(candidate)) return realpath(candidate);
  }
  return undefined;
}

/** True for a file this process may execute. */
export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
