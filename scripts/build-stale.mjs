// Builds what users run when its sources changed since the last build.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./install.mjs";
import { runToEnd } from "./spawn.mjs";

const stamp = join(root, "node_modules", ".cache", "harness", "build");
const inputs = ["packages", "bin", "scripts/build.mjs", "package-lock.json", "package.json"];

/** Runs `scripts/build.mjs` unless the last build was made from exactly these sources; true when it built. */
export async function buildIfStale() {
  const now = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === now) return false;
  const code = await runToEnd(process.execPath, ["scripts/build.mjs"], { cwd: root });
  if (code !== 0) {
    console.error(`The build failed with exit code ${code}.`);
    process.exit(code);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint());
  return true;
}

/** Path, size and time of every source; what the build wrote counts too, so a deleted dist is rebuilt. */
function fingerprint() {
  const hash = createHash("sha256");
  const visit = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    const stat = statSync(full);
    if (!stat.isDirectory()) {
      hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
      return;
    }
    for (const name of readdirSync(full).sort()) {
      if (name === "node_modules" || name === "test") continue;
      visit(`${path}/${name}`);
    }
  };
  for (const input of inputs) visit(input);
  return hash.digest("hex");
}
