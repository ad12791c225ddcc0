import { createHash, randomBytes } from "node:crypto";
import { HarnessError } from "@harness/protocol";
import { layOut, type Mount } from "./layout.ts";
import { splitEnv } from "./loader-env.ts";
import { missingNetwork } from "./missing-network.ts";
import { ownRlimits } from "./own-rlimits.ts";
import type { ProbeProgram } from "./probe.ts";
import type { RunLimits } from "./resource-limits.ts";
import type { ProbeResult, SandboxDriver, SandboxSpec, Wrapped } from "./types.ts";

const DIRECTORIES = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/run/current-system/sw/bin"];

/** What is needed to run programs in containers. */
export interface ContainerDeps {
  readonly program: ProbeProgram;
  readonly name: "docker" | "podman";
  /** The image programs run in; it has to hold them. Null until the operator names one. */
  readonly image: string | null;
  readonly execPath: string;
  /** Names the containers of this data directory. */
  readonly scratchDir: string;
  readonly limits: RunLimits;
}

/**
 * One container a program, by the client's argument vector: no network, no capability, nothing writable but what is
 * named, every path where it is on the host. The system directories are the image's. A client that is killed leaves
 * its container, so `reap` removes those of a workspace by their label.
 */
export class ContainerDriver implements SandboxDriver {
  readonly name: "docker" | "podman";
  readonly confinement = "isolated";
  readonly #deps: ContainerDeps;
  #file: string;

  constructor(deps: ContainerDeps) {
    this.name = deps.name;
    this.#deps = deps;
    this.#file = `/usr/bin/${deps.name}`;
  }

  async probe(): Promise<ProbeResult> {
    const { name, program, image } = this.#deps;
    const file = await this.#find();
    if (file === undefined)
      return {
        ok: false,
        reason: `${name} is not installed`,
        fix: `Install ${name}, or set sandbox.driver to auto.`,
      };
    this.#file = file;
    const version = await program.try(file, ["version", "--format", "{{.Server.Version}}"]);
    if (!version.ok) {
      const start =
        name === "docker"
          ? "systemctl start docker, and add this user to the group docker"
          : "podman machine start";
      return {
        ok: false,
        reason: `the ${name} client is here, but no daemon answers: ${firstLine(version.text)}`,
        fix: `Start it: ${start}. Or set sandbox.driver to auto.`,
      };
    }
    if (image === null)
      return {
        ok: false,
        reason: `no image is named for ${name}`,
        fix: 'Set sandbox.image, such as "node:24-bookworm".',
      };
    const known = await program.try(file, ["image", "inspect", "--format", "{{.Id}}", image]);
    if (!known.ok)
      return { ok: false, reason: `the image ${image} is not here`, fix: `Fetch it: ${name} pull ${image}` };
    const failure = await program.confined(this);
    if (failure !== undefined)
      return {
        ok: false,
        reason: `${name} does not confine: ${failure}`,
        fix: failure.includes("container-init")
          ? "Install what becomes process 1: apt-get install catatonit"
          : `See what it says: ${name} run --rm ${image} true`,
      };
    return { ok: true, version: version.text.trim() };
  }

  async wrap(spec: SandboxSpec): Promise<Wrapped> {
    const missing = missingNetwork(this.name, "isolated", spec.network);
    if (missing !== undefined)
      throw new HarnessError("sandbox_unavailable", missing.why, {
        field: "sandbox.agent_network",
        hint: missing.fix,
      });
    const { limits, image } = this.#deps;
    const { mounts, workspace } = await layOut(spec, this.#deps.execPath, { system: false });
    const { outer, inner } = splitEnv(spec.env);
    const { HOME: home = "/" } = spec.env;
    const args = [
      ...["run", "--rm", "--interactive", "--init", "--name", `harness-${randomBytes(9).toString("hex")}`],
      ...[
        "--label",
        `harness.workspace=${digest(spec.workspace)}`,
        "--label",
        `harness.data=${digest(this.#deps.scratchDir)}`,
      ],
      ...["--network", spec.network === "none" ? "none" : "bridge"],
      ...[
        "--pids-limit",
        String(limits.processes),
        "--memory",
        String(limits.memoryBytes),
        "--memory-swap",
        String(limits.memoryBytes),
      ],
      ...["--read-only", "--user", `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`],
      ...[
        "--cap-drop",
        "ALL",
        "--security-opt",
        "no-new-privileges",
        "--ipc",
        "private",
        "--shm-size",
        "512m",
      ],
      ...["--ulimit", `fsize=${limits.diskBytes}`, "--ulimit", `cpu=${limits.cpuSecs}`, "--ulimit", "core=0"],
      ...(this.name === "podman" ? await ownRlimits() : []),
      // Of a rootless container user 0 is this user, unless it is told to keep the number.
      ...(this.name === "podman" && process.getuid?.() !== 0 ? ["--userns", "keep-id"] : []),
      ...mounts.flatMap((mount) => this.#mount(mount)),
      ...["--workdir", workspace],
      ...[...Object.keys(outer), ...MARKS].flatMap((name) => ["--env", name]),
      ...Object.entries(inner).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...["--entrypoint", spec.file, image ?? "", ...spec.args],
    ];
    return { file: this.#file, args, env: { ...outer, HOME: home } };
  }

  async reap(workspace: string): Promise<void> {
    await this.#remove(`harness.workspace=${digest(workspace)}`);
  }

  async reapAll(): Promise<void> {
    await this.#remove(`harness.data=${digest(this.#deps.scratchDir)}`);
  }

  #find(): Promise<string | undefined> {
    const { name, program } = this.#deps;
    return program.find(DIRECTORIES.map((directory) => `${directory}/${name}`));
  }

  async #remove(label: string): Promise<void> {
    const { program } = this.#deps;
    if ((await this.#find()) === undefined) return;
    const found = await program.try(this.#file, ["ps", "--all", "--quiet", "--filter", `label=${label}`]);
    const ids = found.ok ? found.text.split(/\s+/).filter((id) => /^[0-9a-f]{12,64}$/.test(id)) : [];
    if (ids.length > 0) await program.try(this.#file, ["rm", "--force", "--volumes", ...ids]);
  }

  #emptyOptions({ mode, sealed }: Extract<Mount, { kind: "empty" }>): string {
    const size = `size=${this.#deps.limits.tmpBytes}`;
    // HOME belongs to root where it is made.
    const access = `mode=${sealed ? "0555" : mode === "0700" ? "0777" : mode}`;
    // Podman would fill it with what it covers, which is what must not be seen.
    const bare = this.name === "podman" ? ["notmpcopyup"] : [];
    return ["rw", "nosuid", "nodev", "exec", size, access, ...bare].join(",");
  }

  #mount(mount: Mount): string[] {
    switch (mount.kind) {
      case "bind":
        return ["--mount", bind(mount.source, mount.target, mount.writable)];
      case "empty":
        return ["--tmpfs", `${mount.target}:${this.#emptyOptions(mount)}`];
      case "masked-file":
        return ["--mount", bind("/dev/null", mount.target, false)];
      case "symlink":
        return [];
    }
  }
}

/** The runner's marks, by which it knows its processes; they are in the client's environment. */
const MARKS = ["HARNESS_RUN", "HARNESS_OWNER"];

/** The client reads this as CSV: a quote in a path is doubled. */
function bind(source: string, target: string, writable: boolean): string {
  const field = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const fields = ["type=bind", field(`source=${source}`), field(`target=${target}`)];
  return [...fields, ...(writable ? [] : ["readonly"])].join(",");
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}
