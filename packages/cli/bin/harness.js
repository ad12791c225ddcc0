#!/usr/bin/env node
// The door of the installed command. It is read by any Node there is, so it uses nothing newer than Node 18 before
// the version is known to be right; an older Node is replaced by the one this package brings.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import { dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";

const NEEDED = 24;
const here = dirname(fileURLToPath(import.meta.url));
const major = Number(process.versions.node.split(".")[0]);

if (major < NEEDED) replaceNode();
else await start();

/** Runs the same command line with the Node that came with the package; its exit code becomes ours. */
function replaceNode() {
  const node = process.env["HARNESS_NODE"] === undefined ? bundledNode() : undefined;
  if (node === undefined) {
    console.error(
      `error: Harness needs Node.js ${NEEDED} or newer; this is ${process.versions.node}, and the one that comes with Harness is missing.\n` +
        "  Install a newer Node.js, or let npm fetch it: npm install -g --allow-scripts=node harness-mission-control",
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, HARNESS_NODE: node },
  });
  // A terminal sends Ctrl-C to both of us: only wait then. What is sent to us alone is passed on.
  const pass = (signal) => child.kill(signal);
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on("SIGINT", atTerminal ? () => {} : pass);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, pass);
  child.once("error", (error) => {
    console.error(`error: ${node} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.once("exit", (code, signal) => {
    for (const name of ["SIGTERM", "SIGHUP"]) process.off(name, pass);
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}

/** The program of the package `node`, looked for in every node_modules above, as a module is. */
function bundledNode() {
  const program = process.platform === "win32" ? "node.exe" : "node";
  for (let folder = here; ; folder = dirname(folder)) {
    const found = join(folder, "node_modules", "node", "bin", program);
    if (existsSync(found) && statSync(found).size > 1_000_000) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Loads the command: the built one, or in the repository the sources when they are newer. */
async function start() {
  delete process.env["HARNESS_NODE"];
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "harness", "compile-cache");
  const built = join(here, "..", "dist", "main.js");
  const source = join(here, "..", "src", "main.ts");
  const fromSource = isWorkspace() && !isFresh(built);
  if (!fromSource) module.enableCompileCache(cache);
  // Loading leaves much garbage behind. V8 would grow its young generation for it and keep that size: ten megabytes of
  // a server that waits. So it stays small until everything is loaded, and grows from then on when there is work.
  setFlagsFromString("--semi-space-growth-factor=1");
  const { main } = await import(pathToFileURL(fromSource ? source : built).href);
  await main({
    argv: process.argv.slice(2),
    env: process.env,
    program: fileURLToPath(import.meta.url),
    started: () => {
      setFlagsFromString("--semi-space-growth-factor=2");
      module.flushCompileCache();
    },
  });
}

/** True in the repository itself; an installed package has no sources and lies under node_modules. */
function isWorkspace() {
  return !here.includes(`${sep}node_modules${sep}`) && existsSync(join(here, "..", "src", "main.ts"));
}

/** Whether nothing that goes into the built command is newer than it. */
function isFresh(built) {
  if (!existsSync(built)) return false;
  const { at } = JSON.parse(readFileSync(join(here, "..", "dist", "build.json"), "utf8"));
  const packages = join(here, "..", "..");
  return readdirSync(packages).every((name) => !hasNewer(join(packages, name, "src"), at));
}

/** A thousand files at each start: no path is put together with more care than it needs. */
function hasNewer(folder, at) {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (stat.mtimeMs > at) return true;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const full = `${folder}${sep}${entry.name}`;
    return entry.isDirectory() ? hasNewer(full, at) : !entry.name.includes(".test.") && statSync(full).mtimeMs > at;
  });
}
