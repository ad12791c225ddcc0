import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
/** The user that owns nothing. */
export const NOBODY = 65_534;
export const isRoot = process.getuid?.() === 0;

/** What a program of the tests writes when an ordinary user runs it; or, as a sentence, why none can. Needs root. */
export async function outputAsNobody(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly stdout: string } | string> {
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"];
  // A clone below a directory of mode 0700 is closed to every other user: nothing can be run from it as one.
  const reachable = await run("setpriv", [...user, "test", "-r", script]).then(
    () => true,
    () => false,
  );
  if (!reachable) return "another user cannot read this checkout; clone it where everybody may go";
  const program = [process.execPath, "--no-warnings", script, ...args];
  return run("setpriv", [...user, ...program], { cwd: "/", env });
}
