// Installs the vendors' command lines into this folder when they are missing or stale. Called by the tests that
// drive them; says why and exits with 1 when the registry does not have them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const LOCK_STALE_MS = 10 * 60 * 1000;
const folder = path.dirname(fileURLToPath(import.meta.url));
const lockfile = readFileSync(path.join(folder, "package-lock.json"), "utf8");
const stamp = path.join(folder, "node_modules", ".installed-lock.json");
const busy = path.join(folder, ".installing");

const isFresh = () => existsSync(stamp) && readFileSync(stamp, "utf8") === lockfile;

/** One installation at a time: test files run side by side. */
function takeTurn() {
  for (;;) {
    try {
      mkdirSync(busy);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const age = Date.now() - (statSync(busy, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > LOCK_STALE_MS) rmdirSync(busy);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

function install() {
  if (isFresh()) return 0;
  // Install scripts are not needed: the native programs lie in the packages for the platform.
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  const npm = process.env.npm_execpath;
  const options = { cwd: folder, stdio: "inherit" };
  const result = npm?.endsWith("js")
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync(process.platform === "win32" ? "npm.cmd" : "npm", args, options);
  if (result.status !== 0) {
    console.error("The agents' command lines could not be installed.");
    return 1;
  }
  writeFileSync(stamp, lockfile);
  return 0;
}

takeTurn();
try {
  process.exitCode = install();
} finally {
  rmdirSync(busy);
}
