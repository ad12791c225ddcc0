// Installs the vendors' command lines into this folder when they are missing or stale. Called by the tests that
// drive them; prints why and exits with 1 when the registry does not have them.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const folder = path.dirname(fileURLToPath(import.meta.url));
const lock = readFileSync(path.join(folder, "package-lock.json"), "utf8");
const stamp = path.join(folder, "node_modules", ".installed-lock.json");
if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) process.exit(0);

// Install scripts are not needed: the native programs lie in the packages for the platform.
const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
const npm = process.env.npm_execpath;
const result =
  npm === undefined
    ? spawnSync(process.platform === "win32" ? "npm.cmd" : "npm", args, { cwd: folder, stdio: "inherit" })
    : spawnSync(process.execPath, [npm, ...args], { cwd: folder, stdio: "inherit" });
if (result.status !== 0) {
  console.error("The agents' command lines could not be installed.");
  process.exit(1);
}
writeFileSync(stamp, lock);
