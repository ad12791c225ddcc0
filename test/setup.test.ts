import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
// Stands where npm would: it "installs" what the lockfile says and the pinned Node, and counts its calls.
const fakeNpm = `const { appendFileSync, mkdirSync, copyFileSync, symlinkSync, existsSync } = require("node:fs");
appendFileSync("npm-calls", process.argv.slice(2).join(" ") + "\\n");
mkdirSync("node_modules/node/bin", { recursive: true });
if (!existsSync("node_modules/node/bin/node")) symlinkSync(process.execPath, "node_modules/node/bin/node");
copyFileSync("package-lock.json", "node_modules/.package-lock.json");`;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "harness-setup-"));
  mkdirSync(join(folder, "scripts"));
  for (const name of ["run.mjs", "install.mjs", "spawn.mjs"]) {
    cpSync(join(root, "scripts", name), join(folder, "scripts", name));
  }
  writeFileSync(join(folder, "scripts/build.mjs"), "console.log('built', ...process.argv.slice(2));");
  writeFileSync(join(folder, "npm-cli.js"), fakeNpm);
  lock("1.0.0");
});

afterEach(() => rmSync(folder, { recursive: true }));

function lock(version: string): void {
  const packages = {
    "": { name: "x" },
    "node_modules/a": { version },
    "node_modules/other-platform": { version: "1.0.0", optional: true },
  };
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
}

function run(...args: string[]) {
  const env = { PATH: process.env["PATH"] ?? "", npm_execpath: join(folder, "npm-cli.js") };
  return execFileSync(process.execPath, ["scripts/run.mjs", ...args], { cwd: folder, env, encoding: "utf8" });
}

function npmCalls(): number {
  const file = join(folder, "npm-calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;
}

describe("every npm script", () => {
  it("installs on a clean clone, once, and passes its arguments on [req:frame.setup]", () => {
    expect(run("build", "--once")).toContain("built --once");
    expect(run("build")).toContain("built");
    expect(npmCalls()).toBe(1);
  });

  it("installs again when the lockfile has moved on [req:frame.setup]", () => {
    run("build");
    lock("2.0.0");
    run("build");
    expect(npmCalls()).toBe(2);
  });

  it("installs again when the last install was interrupted [req:frame.setup]", () => {
    run("build");
    rmSync(join(folder, "node_modules/.package-lock.json"));
    run("build");
    expect(npmCalls()).toBe(2);
  });

  it("fails as its task fails, and for a task that does not exist [req:frame.setup]", () => {
    writeFileSync(join(folder, "scripts/build.mjs"), "process.exitCode = 7;");
    const options = { cwd: folder, env: { ...process.env, npm_execpath: join(folder, "npm-cli.js") } };
    expect(spawnSync(process.execPath, ["scripts/run.mjs", "build"], options).status).toBe(7);
    expect(spawnSync(process.execPath, ["scripts/run.mjs", "nothing"], options).status).toBe(2);
  });

  it("is run by the continuous integration too [req:frame.setup]", () => {
    const ci = readFileSync(join(root, ".ci/run"), "utf8");
    expect(ci).toMatch(/npm run --silent check[\s\S]*npm test --silent/);
  });
});
