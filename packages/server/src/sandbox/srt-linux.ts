import { readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { BwrapDriver } from "./bwrap.ts";
import { layOut } from "./layout.ts";
import { splitEnv } from "./loader-env.ts";
import type { ProbeProgram } from "./probe.ts";
import { type RelayPlan, relaySource } from "./srt-relay.ts";
import type { ProbeResult, SandboxDriver, SandboxSpec, Wrapped } from "./types.ts";

/** Where srt finds what it starts by name. */
const SYSTEM_PATH = "/usr/bin:/bin:/usr/local/bin:/run/current-system/sw/bin";
const PACKAGE = "/node_modules/@anthropic-ai/sandbox-runtime/";

/** What is needed to run programs under Anthropic's sandbox runtime on Linux. */
export interface SrtLinuxDeps {
  readonly program: ProbeProgram;
  readonly execPath: string;
  /** Where `srt` may be. */
  readonly directories: readonly string[];
  /** What everything of a run is in: the file tree, the processes and the network that srt cannot hide. */
  readonly outer: BwrapDriver;
}

/**
 * Anthropic's sandbox runtime on Linux, inside a sandbox of ours. It shows a program the machine's own files, cannot
 * give it a private HOME or all of the network, and ends with the program it was told to stop, not after it. So a
 * namespace of ours goes around it and makes it isolated; srt adds its fences on writing and its filter of system
 * calls (no unix sockets, no further namespaces):
 *
 *     bwrap (file tree, processes, network) → [the way to listed hosts] → relay → srt (bwrap → its filter) → the program
 *
 * Not for root: srt gives a program of root's a /proc in which the settings of the kernel can be written.
 */
export class SrtLinuxDriver implements SandboxDriver {
  readonly name = "srt";
  readonly confinement = "isolated";
  readonly #deps: SrtLinuxDeps;
  #library: string | undefined;

  constructor(deps: SrtLinuxDeps) {
    this.#deps = deps;
  }

  async probe(): Promise<ProbeResult> {
    const { program, outer } = this.#deps;
    if (process.getuid?.() === 0)
      return {
        ok: false,
        reason:
          "srt does not confine root: what it runs for root can write the kernel's settings (/proc/sys/kernel/core_pattern)",
        fix: "Run Harness as an ordinary user, or set sandbox.driver to auto.",
      };
    const file = await this.#find();
    if (file === undefined)
      return {
        ok: false,
        reason: "srt is not installed",
        fix: "Install it: npm install -g @anthropic-ai/sandbox-runtime",
      };
    if (this.#library === undefined)
      return {
        ok: false,
        reason: `${file} is not the one of the package @anthropic-ai/sandbox-runtime`,
        fix: "Install it: npm install -g @anthropic-ai/sandbox-runtime",
      };
    const around = await outer.locate();
    if (!around.ok) return { ...around, reason: `srt needs bubblewrap: ${around.reason}` };
    const failure = await program.confined(this);
    if (failure === undefined) return { ok: true, version: await versionBeside(this.#library) };
    return {
      ok: false,
      reason: `srt does not work here: ${failure}`,
      fix: "Set sandbox.driver to auto, or see: srt --debug true",
    };
  }

  async inside(spec: SandboxSpec): Promise<SandboxSpec> {
    if (this.#library === undefined) await this.#find();
    const library = this.#library ?? "";
    const { mounts } = await layOut(spec, this.#deps.execPath, { system: false });
    const { outer, inner } = splitEnv(spec.env);
    const { PATH: path = "" } = outer;
    const plan: RelayPlan = {
      writable: mounts.flatMap((mount) =>
        (mount.kind === "bind" && mount.writable) || (mount.kind === "empty" && !mount.sealed)
          ? [mount.target]
          : [],
      ),
      emptyDir: "/var/tmp",
      env: { ...inner, PATH: path },
    };
    const source = relaySource(pathToFileURL(library).href);
    const node = ["--no-warnings", "--input-type=module", "-e", source, "--", JSON.stringify(plan)];
    return {
      ...spec,
      env: { ...outer, PATH: `${path}:${SYSTEM_PATH}` },
      runtime: [library.slice(0, library.lastIndexOf(PACKAGE) + "/node_modules".length)],
      file: this.#deps.execPath,
      args: [...node, spec.file, ...spec.args],
    };
  }

  wrap(spec: SandboxSpec): Promise<Wrapped> {
    return this.#deps.outer.wrap(spec);
  }

  /** The command; its library lies beside what it leads to. */
  async #find(): Promise<string | undefined> {
    const file = await this.#deps.program.find(
      this.#deps.directories.map((directory) => join(directory, "srt")),
    );
    const library = file && join(dirname(await realpath(file)), "index.js");
    this.#library = library?.includes(PACKAGE) ? library : undefined;
    return file;
  }
}

/** The version in the manifest of the package. */
async function versionBeside(library: string): Promise<string> {
  const manifest = await readFile(join(dirname(library), "../package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version;
}
