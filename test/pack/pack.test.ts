import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../architecture/source.ts";

const cli = path.join(root, "packages", "cli");
// Not under the system's temporary directory: sandboxed agents are shown another one.
const base = path.join(homedir(), ".cache", "harness-tests");
let place: string;
let prefix: string;

/** What a process wrote and how it ended. */
interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function npm(argv: readonly string[], cwd: string, env: Record<string, string>): Promise<void> {
  const { code, out, err } = await run("npm", argv, env, cwd);
  if (code !== 0) throw new Error(`npm ${argv.join(" ")} ended with ${code}:\n${out}\n${err}`);
}

function run(
  file: string,
  argv: readonly string[],
  env: Record<string, string>,
  cwd = place,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const text = { out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => (text.out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (text.err += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...text }));
  });
}

/** The Nodes on the search path that are too old for the product. */
function olderNode(): string | undefined {
  const folders = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((folder) => !folder.startsWith(root));
  return folders.find((folder) => {
    const node = path.join(folder, "node");
    if (!existsSync(node)) return false;
    const major = Number(/^v(\d+)/.exec(execFileSync(node, ["--version"], { encoding: "utf8" }))?.[1]);
    return major >= 18 && major < 24;
  });
}

/** An empty home and nothing of this repository on the search path. */
function emptyMachine(name: string, nodeFolder: string): Record<string, string> {
  const home = path.join(place, name);
  mkdirSync(home);
  return { HOME: home, PATH: [nodeFolder, "/usr/local/bin", "/usr/bin", "/bin"].join(path.delimiter) };
}

beforeAll(async () => {
  mkdirSync(base, { recursive: true });
  place = mkdtempSync(path.join(base, "pack-"));
  prefix = path.join(place, "prefix");
  const env = process.env as Record<string, string>;
  await npm(["pack", "--pack-destination", place], cli, env);
  const tarball = path.join(place, `harness-mission-control-${version()}.tgz`);
  await npm(["install", "--global", "--prefix", prefix, tarball], place, env);
}, 300_000);

afterAll(() => {
  rmSync(place, { recursive: true, force: true });
});

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(cli, "package.json"), "utf8"));
  return (manifest as { version: string }).version;
}

const command = () => path.join(prefix, "bin", "harness");

describe("the installed package", () => {
  it("says its version and diagnoses an empty machine [req:pack.install]", async () => {
    const env = emptyMachine("home", path.dirname(process.execPath));
    expect(await run(command(), ["version"], env)).toEqual({ code: 0, out: `${version()}\n`, err: "" });
    const doctor = await run(command(), ["doctor", "--json"], env);
    const found = JSON.parse(doctor.out) as unknown as {
      ok: boolean;
      checks: { name: string; ok: boolean }[];
    };
    expect(doctor.err).toBe("");
    expect(doctor.code).toBe(found.ok ? 0 : 1);
    expect(found.checks.find(({ name }) => name === "database")?.ok).toBe(true);
  });

  it("serves and stops from its own files alone [req:pack.install]", async () => {
    const env = emptyMachine("serving", path.dirname(process.execPath));
    const child = spawn(command(), ["serve", "--port", "0"], {
      cwd: place,
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const url = await listening(child.stderr);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    // The grammar of the shell is a file beside the bundle.
    const explained = await run(command(), ["policy", "explain", "git status | rm x", "--json"], env);
    const { segments } = JSON.parse(explained.out) as unknown as { segments: { words: string[] }[] };
    expect(segments.map(({ words }) => words.join(" "))).toEqual(["git status", "rm x"]);
    child.kill("SIGTERM");
    expect(await new Promise((resolve) => child.once("exit", (code) => resolve(code)))).toBe(0);
  });

  it("runs in the background, is started again after a crash, and stops [req:up.background]", async () => {
    const env = emptyMachine("background", path.dirname(process.execPath));
    const started = await run(command(), ["up", "--port", "0", "--json"], env);
    expect(started.err).toBe("");
    const { url, pid } = JSON.parse(started.out) as unknown as { url: string; pid: number };
    try {
      expect((await fetch(`${url}/health`)).status).toBe(200);
      process.kill(pid, "SIGKILL");
      await expect
        .poll(async () => (await run(command(), ["status", "--json"], env)).out, { timeout: 30_000 })
        .toContain('"restarts":1');
    } finally {
      expect(await run(command(), ["down"], env)).toMatchObject({ code: 0 });
    }
    expect((await run(command(), ["status"], env)).code).toBe(1);
  });

  it("does not load the server for a command that only asks one [req:cli.lazy-server]", () => {
    const dist = path.join(prefix, "lib", "node_modules", "harness-mission-control", "dist");
    const loaded = new Set<string>();
    const visit = (file: string) => {
      if (loaded.has(file)) return;
      loaded.add(file);
      // Static imports only: a dynamic one has a parenthesis before its name.
      for (const [, next] of readFileSync(file, "utf8").matchAll(/\b(?:from|import) ?"(\.[^"]+)"/g))
        visit(path.join(path.dirname(file), next ?? ""));
    };
    visit(path.join(dist, "main.js"));
    expect(loaded.size).toBeGreaterThan(1);
    const text = [...loaded].map((file) => readFileSync(file, "utf8")).join("\n");
    expect(/from ?"(better-sqlite3|pg|ai)"|fastify/.test(text)).toBe(false);
    expect(text.includes('import("./chunks/')).toBe(true);
  });

  const older = olderNode();
  const noOlder = "there is no Node 18 to 23 on the search path";
  it("runs itself with its own Node under an older one [req:pack.old-node]", async (context) => {
    if (older === undefined) return context.skip(noOlder);
    const env = emptyMachine("old", older);
    const shown = await run(command(), ["version", "--json"], env);
    const about = JSON.parse(shown.out) as unknown as { node: string };
    expect(Number(about.node.split(".")[0])).toBeGreaterThanOrEqual(24);
    expect((await run(command(), ["no-such-command"], env)).code).toBe(2);
    const child = spawn(command(), ["serve", "--port", "0"], {
      cwd: place,
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    await listening(child.stderr);
    child.kill("SIGTERM");
    expect(await new Promise((resolve) => child.once("exit", (code) => resolve(code)))).toBe(0);
  });

  it("says what to do when its own Node is missing [req:pack.old-node]", async (context) => {
    if (older === undefined) return context.skip(noOlder);
    const env = { ...emptyMachine("missing", older), HARNESS_NODE: "/already/tried" };
    const { code, out, err } = await run(command(), ["version"], env);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("Harness needs Node.js 24 or newer");
  });
});

function listening(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const url = /Harness is listening on (\S+)/.exec(text)?.[1];
      if (url) resolve(url);
    });
    stream.once("end", () => reject(new Error(`It ended before it listened:\n${text}`)));
  });
}
