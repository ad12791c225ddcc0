// What a clean clone needs before anything else runs: the dependencies of the lockfile and the pinned Node.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "./spawn.mjs";

/** The top folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node of `devDependencies.node`; every task runs with it. */
export function pinnedNode() {
  return join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}

/** Ends with a plain sentence on a Node too old to install our dependencies. */
export function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Node.js ${process.versions.node} is too old: 20.19 or newer is needed to set Harness up.`);
  process.exit(1);
}

/** Runs `npm ci` when node_modules does not hold what the lockfile says, and fetches the pinned Node. */
export async function ensureInstalled() {
  const reason = whyStale();
  if (reason !== undefined) {
    console.error(`Installing dependencies (${reason}) …`);
    await npm(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]);
  }
  if (existsSync(pinnedNode())) return;
  // The install script of the package `node` was not run (an npm set to ignore scripts): run that one.
  const folder = join(root, "node_modules", "node");
  await mustRun(process.execPath, ["installArchSpecificPackage.js"], folder);
  if (!existsSync(pinnedNode())) {
    console.error(`The pinned Node is still missing at ${pinnedNode()}. Run "npm ci" and read its messages.`);
    process.exit(1);
  }
}

/** npm writes node_modules/.package-lock.json last, so an interrupted install shows as missing. */
function whyStale() {
  const hidden = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(hidden)) return "node_modules is missing or incomplete";
  const installed = packagesOf(hidden);
  const wanted = packagesOf(join(root, "package-lock.json"));
  for (const [path, entry] of Object.entries(wanted)) {
    const there = installed[path];
    if (path === "" || entry.link || !path.includes("node_modules/")) continue;
    if (there === undefined) {
      if (entry.optional || entry.devOptional) continue;
      return `${path} is missing`;
    }
    if (there.version !== entry.version) return `${path} is ${there.version}, not ${entry.version}`;
  }
  return undefined;
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
}

async function npm(args) {
  const script = process.env.npm_execpath;
  if (script?.endsWith("npm-cli.js")) await mustRun(process.execPath, [script, ...args], root);
  else await mustRun("npm", args, root);
}

async function mustRun(program, args, cwd) {
  const code = await runToEnd(program, args, { cwd });
  if (code === 0) return;
  console.error(`"${program} ${args.join(" ")}" failed with exit code ${code}.`);
  process.exit(code);
}
