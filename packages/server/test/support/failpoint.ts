import type { Failpoint } from "../../src/turns/index.ts";

/** A failure as Node reports a full disk. */
export function enospc(): NodeJS.ErrnoException {
  return Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", errno: -28 });
}

/**
 * The fail point a test names: `K9` kills this process the first time K9 is reached, `K9@2` the second time,
 * `K9=enospc@2` lets it meet a full disk there.
 */
export function parseFailpoint(text: string): Failpoint {
  const [, name, how = "kill", nth = "1"] = /^(\w*)(?:=(kill|enospc))?(?:@(\d+))?$/.exec(text) ?? [];
  if (name === undefined) throw new Error(`${text} is no fail point.`);
  let seen = 0;
  return (point, detail = "") => {
    // Of all programs that are started, K5 means an attempt's: git's own runs have no attempt.
    if (point !== name || (point === "K5" && !detail.startsWith("att_"))) return undefined;
    seen += 1;
    if (seen !== Number(nth)) return undefined;
    if (how === "enospc") throw enospc();
    process.kill(process.pid, "SIGKILL");
    // SIGKILL is not instant; nothing may happen after the point.
    return new Promise<void>(() => {});
  };
}
