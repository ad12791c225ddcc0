import { lstat, mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { placeFile, placeLink } from "../private-file.ts";
import type { AcpProfile } from "./profile.ts";

/**
 * Fills the private home of a conversation: the operator's login linked in, the profile's files written. Returns the
 * login files the program may write to, so that a renewed token reaches the operator's home.
 */
export async function fillHome(home: string, operator: string, profile: AcpProfile): Promise<string[]> {
  const writable: string[] = [];
  for (const name of profile.login_files) {
    const target = path.join(operator, name);
    if (!(await isFile(target))) continue;
    await placeLink(await folderIn(home, path.dirname(name)), path.basename(name), target);
    writable.push(target);
  }
  for (const [name, content] of Object.entries(profile.home_files))
    await placeFile(await folderIn(home, path.dirname(name)), path.basename(name), content);
  return writable;
}

/**
 * The addresses of models an operator configures for the program in the files of its private home: whatever stands under
 * `baseURL`, `base_url` or `baseUrl`, in JSON or TOML.
 */
export function addressesIn(files: AcpProfile["home_files"]): string[] {
  const written = /\bbase_?url"?\s*[:=]\s*["'](https?:[^"'\s]+)["']/gi;
  return Object.values(files).flatMap((text) => [...text.matchAll(written)].map((found) => found[1] ?? ""));
}

/** Makes the folders of a path in the home one by one; a link an agent planted in their place is removed. */
async function folderIn(home: string, name: string): Promise<string> {
  let folder = home;
  for (const part of path.normalize(name).split(path.sep)) {
    if (part === "." || part === "..") continue;
    folder = path.join(folder, part);
    const found = await lstat(folder).catch(() => undefined);
    if (found !== undefined && !found.isDirectory()) await rm(folder, { force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  return folder;
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
