import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";

/**
 * Tells one login from the next without showing it: changes when a file of the login was written or a key is another.
 * Missing files and keys count too.
 */
export async function loginMark(
  files: readonly string[],
  keys: readonly (string | undefined)[],
): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    const written = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    hash.update(`${written}\n`);
  }
  for (const key of keys) hash.update(`${key ?? ""}\n`);
  return hash.digest("hex").slice(0, 16);
}
