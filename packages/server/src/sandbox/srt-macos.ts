import { randomBytes } from "node:crypto";
import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { HarnessError } from "@harness/protocol";
import { withPorts } from "./host-list.ts";
import { missingNetwork } from "./missing-network.ts";
import { isInside } from "./paths.ts";
import type { ProbeProgram } from "./probe.ts";
import type { ProbeResult, SandboxDriver, SandboxSpec, Wrapped } from "./types.ts";

/** What it starts by name, and where that is from. */
const NEEDS: Readonly<Record<string, string>> = { "sandbox-exec": "macOS", rg: "ripgrep" };
/** Directories of the host in which nobody's work or secrets of a machine are, and which it would show. */
const CLOSED = [
  "/home",
  "/root",
  "/Users",
  "/mnt",
  "/media",
  "/srv",
  "/run",
  "/var/run",
  "/boot",
  "/etc/shadow",
  "/etc/ssh",
  "/etc/sudoers",
];

/** What is needed to run programs under Anthropic's sandbox runtime on macOS. */
export interface SrtMacosDeps {
  readonly program: ProbeProgram;
  readonly scratchDir: string;
  /** Where `srt` and what it starts may be. */
  readonly directories: readonly string[];
}

/**
 * Anthropic's sandbox runtime (`@anthropic-ai/sandbox-runtime`) on macOS: one process of its own a program, since it
 * holds one configuration a process and its proxies must not run in ours. It shows the host's file tree with fences in
 * it, and macOS has no namespaces to put around it: work that needs an isolated sandbox is refused there. What it
 * protects by itself follows its working directory, so every protected path is named to it.
 */
export class SrtMacosDriver implements SandboxDriver {
  readonly name = "srt";
  readonly confinement = "fenced";
  readonly #deps: SrtMacosDeps;
  #file = "srt";

  constructor(deps: SrtMacosDeps) {
    this.#deps = deps;
  }

  async probe(): Promise<ProbeResult> {
    if (process.platform !== "darwin")
      return {
        ok: false,
        reason: `srt does not work on ${process.platform}`,
        fix: "Run Harness on Linux or macOS.",
      };
    const file = await this.#find("srt");
    if (file === undefined)
      return {
        ok: false,
        reason: "srt is not installed",
        fix: "Install it: npm install -g @anthropic-ai/sandbox-runtime",
      };
    this.#file = file;
    const found = await Promise.all(
      Object.keys(NEEDS).map(async (name) => [name, await this.#find(name)] as const),
    );
    const missing = found.filter(([, place]) => place === undefined).map(([name]) => name);
    if (missing.length > 0) {
      const packages = missing.map((name) => NEEDS[name]).join(" ");
      return {
        ok: false,
        reason: `srt needs ${missing.join(" and ")}`,
        fix: `Install: brew install ${packages}`,
      };
    }
    const version = await this.#deps.program.output(file, ["--version"], this.#path());
    const failure = await this.#deps.program.confined(this);
    if (failure !== undefined)
      return {
        ok: false,
        reason: `srt does not work here: ${failure}`,
        fix: "See: srt --debug true",
      };
    return { ok: true, version };
  }

  async wrap(spec: SandboxSpec): Promise<Wrapped> {
    const missing = missingNetwork(this.name, "fenced", spec.network);
    if (missing !== undefined)
      throw new HarnessError("sandbox_unavailable", missing.why, {
        field: "sandbox.agent_network",
        hint: missing.fix,
      });
    const settings = join(await this.#dir(spec.workspace), `${randomBytes(9).toString("hex")}.json`);
    const config = await configOf(spec);
    await writeFile(settings, JSON.stringify(config), { flag: "wx", mode: 0o600 });
    const env = { ...spec.env, PATH: `${spec.env["PATH"] ?? ""}${delimiter}${this.#path()}` };
    return { file: this.#file, args: ["--settings", settings, "--", spec.file, ...spec.args], env };
  }

  async reap(workspace: string): Promise<void> {
    await rm(await this.#dir(workspace), { recursive: true, force: true });
  }

  async reapAll(): Promise<void> {
    // Where a file is in the place of our directory no sandbox works, and the first probe says so.
    await rm(join(this.#deps.scratchDir, "srt"), { recursive: true, force: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOTDIR") throw error;
      },
    );
  }

  async #dir(workspace: string): Promise<string> {
    const dir = join(this.#deps.scratchDir, "srt", Buffer.from(workspace).toString("base64url").slice(-64));
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return dir;
  }

  #path(): string {
    return [...this.#deps.directories, dirname(process.execPath)].join(delimiter);
  }

  #find(name: string): Promise<string | undefined> {
    return this.#deps.program.find(this.#deps.directories.map((directory) => join(directory, name)));
  }
}

/** The settings file of one program. Writes are closed but for what is named, reads are open but for what is named. */
async function configOf(spec: SandboxSpec): Promise<object> {
  const workspace = await realpath(spec.workspace);
  const own = [workspace, ...(spec.writable ?? [])];
  const { HOME: home } = spec.env;
  // What it lets be read wins over what it hides, so nothing around a hidden path may be let.
  const lent = [...(spec.readable ?? []), ...(spec.writableFiles ?? [])].filter(
    (path) => !spec.hidden.some((hide) => isInside(path, hide) || isInside(hide, path)),
  );
  const guarded = (spec.covers ?? []).map(({ path }) => join(workspace, path));
  return {
    network: {
      allowedDomains: typeof spec.network === "string" ? [] : withPorts(spec.network.hosts),
      deniedDomains: [],
      strictAllowlist: true,
    },
    filesystem: {
      denyRead: [...new Set([...CLOSED, ...(home === undefined ? [] : [home]), ...spec.hidden])],
      allowRead: [...own, ...lent],
      allowWrite: [
        ...(spec.profile === "workspace-write" ? own : (spec.writable ?? [])),
        ...(spec.writableFiles ?? []),
      ],
      denyWrite: guarded,
    },
  };
}
