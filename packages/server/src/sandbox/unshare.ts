import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "@harness/protocol";
import { layOut, type Mount } from "./layout.ts";
import { splitEnv } from "./loader-env.ts";
import type { ProbeProgram } from "./probe.ts";
import { type MachineWideFile, machineWideFiles } from "./system-paths.ts";
import type { ProbeResult, SandboxDriver, SandboxSpec, Wrapped } from "./types.ts";
import { type InitMount, type InitPlan, initSource } from "./unshare-init.ts";
import { userNamespaceFix } from "./user-namespaces.ts";

const DIRECTORIES = ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/run/current-system/sw/bin"];
const REQUIRED = ["unshare", "setpriv", "mount", "umount", "pivot_root", "env", "sh"] as const;
type Tools = Readonly<Record<(typeof REQUIRED)[number], string>>;
const DEVICES = ["null", "zero", "full", "random", "urandom", "tty"];

/**
 * Process 1. The text is constant and everything variable is an argument, so nothing of the caller's is read as
 * shell. $1 env, $2 node, $3 source, $4 plan, $5 the workspace, then the next program. It goes on in the directory
 * it was started in, if that is visible; until then it stands in the old root, so a failure must end it.
 */
const ENTER =
  'here=$(pwd -P) || exit 125; "$1" -i "$2" --no-warnings -e "$3" "$4" </dev/null || exit 125; ' +
  'cd "$here" 2>/dev/null || cd "$5" || exit 125; unset OLDPWD; shift 5; exec "$@"';

/**
 * Process 1, later: waits for the program and reaps orphans. The program must not be process 1 itself, because
 * that one does not get signals it has no handler for.
 */
const WAIT = '"$@"; exit $?';

/**
 * Namespaces by util-linux (2.36 or newer) alone, for machines without bubblewrap:
 *
 *     setpriv (dies with us) → unshare (namespaces) → sh (process 1) → node (mounts, pivot_root), ends
 *       → setpriv (drops privileges) → [unshare (back to our own user id)] → sh (process 1) → the program
 */
export class UnshareDriver implements SandboxDriver {
  readonly name = "unshare";
  readonly confinement = "isolated";
  readonly #program: ProbeProgram;
  readonly #execPath: string;
  /** Most a program may put into /tmp, HOME or /dev/shm each: they live in memory. */
  readonly #emptyBytes: string;
  readonly #scratchDir: string;
  #tools: Tools | undefined;
  #ip: string | undefined;
  #userNamespace = true;

  constructor(deps: { program: ProbeProgram; execPath: string; tmpBytes: number; scratchDir: string }) {
    this.#program = deps.program;
    this.#execPath = deps.execPath;
    this.#emptyBytes = String(deps.tmpBytes);
    this.#scratchDir = deps.scratchDir;
  }

  async probe(): Promise<ProbeResult> {
    const missing = await this.#findTools();
    if (missing.length > 0 || this.#tools === undefined) {
      const reason = `${missing.join(", ")} not found`;
      return { ok: false, reason, fix: "Install util-linux and coreutils, or bubblewrap." };
    }
    const version = await this.#program.output(this.#tools.unshare, ["--version"]);
    let failure: string | undefined;
    for (const userNamespace of process.getuid?.() === 0 ? [true, false] : [true]) {
      this.#userNamespace = userNamespace;
      failure = await this.#program.confined(this);
      if (failure === undefined) return { ok: true, version };
    }
    return { ok: false, reason: `unshare does not work here: ${failure}`, fix: await userNamespaceFix() };
  }

  async wrap(spec: SandboxSpec): Promise<Wrapped> {
    if (this.#tools === undefined) await this.#findTools();
    const tools = this.#tools!;
    if (typeof spec.network !== "string" && this.#ip === undefined)
      throw new HarnessError(
        "sandbox_unavailable",
        "unshare has no way to listed hosts here: ip is missing.",
        {
          field: "sandbox.agent_network",
          hint: "Install iproute2, or bubblewrap.",
        },
      );
    const root = join(this.#scratchDir, "root");
    await mkdir(root, { recursive: true, mode: 0o700 });
    const layout = await layOut(spec, this.#execPath);
    const plan: InitPlan = {
      root,
      mountFile: tools.mount,
      umountFile: tools.umount,
      pivotFile: tools.pivot_root,
      ipFile: spec.network !== "full" ? this.#ip : undefined,
      emptyBytes: this.#emptyBytes,
      mounts: [
        ...kernelMounts(root, await machineWideFiles()),
        ...layout.mounts.map((mount) => initMount(mount, layout.mounts)),
      ],
    };
    const { outer, inner } = splitEnv(spec.env);
    const args = [
      ...["--pdeathsig", "KILL", "--", tools.unshare, ...(this.#userNamespace ? ["--map-root-user"] : [])],
      ...["--mount", "--propagation", "private", "--pid", "--ipc", "--uts", "--cgroup"],
      ...(spec.network !== "full" ? ["--net"] : []),
      ...["--fork", "--kill-child=KILL", "--", tools.sh, "-c", ENTER, "sh"],
      ...[tools.env, this.#execPath, initSource(), JSON.stringify(plan), layout.workspace],
      ...this.#dropPrivileges(),
      ...(Object.keys(inner).length > 0
        ? [tools.env, ...Object.entries(inner).map(([name, value]) => `${name}=${value}`)]
        : []),
      ...[tools.sh, "-c", WAIT, "sh", spec.file, ...spec.args],
    ];
    return { file: tools.setpriv, args, env: outer };
  }

  /**
   * Root stays root in name, without any capability. Everybody else was root of the namespace for the mounts and
   * becomes themselves again: programs behave differently, or refuse to run, as root.
   */
  #dropPrivileges(): string[] {
    const { setpriv, unshare } = this.#tools!;
    const [uid, gid] = [process.getuid!(), process.getgid!()];
    if (uid === 0) {
      const none = ["--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all"];
      return [setpriv, ...none, "--no-new-privs", "--"];
    }
    return [setpriv, "--no-new-privs", "--", unshare, `--map-user=${uid}`, `--map-group=${gid}`, "--"];
  }

  async #findTools(): Promise<string[]> {
    const find = (name: string): Promise<string | undefined> =>
      this.#program.find(DIRECTORIES.map((directory) => join(directory, name)));
    const found = await Promise.all(REQUIRED.map(async (name) => [name, await find(name)] as const));
    const missing = found.filter(([, file]) => file === undefined).map(([name]) => name);
    this.#ip = await find("ip");
    if (missing.length === 0) this.#tools = Object.fromEntries(found) as Tools;
    return missing;
  }
}

/** /dev and /proc. */
function kernelMounts(root: string, machineWide: readonly MachineWideFile[]): InitMount[] {
  const covers = machineWide.map(({ path, file }) =>
    entry("bind", path, { source: root + path, file, readOnly: true }),
  );
  const devices = DEVICES.map((name) =>
    entry("device", `/dev/${name}`, { source: `/dev/${name}`, file: true }),
  );
  const links = Object.entries({ fd: "", stdin: "/0", stdout: "/1", stderr: "/2" }).map(([name, end]) =>
    entry("symlink", `/dev/${name}`, { source: `/proc/self/fd${end}` }),
  );
  return [
    entry("tmpfs", "/dev", { sealed: true }),
    entry("proc", "/proc", { source: "proc" }),
    ...covers,
    ...devices,
    ...links,
    entry("symlink", "/dev/ptmx", { source: "pts/ptmx" }),
    entry("devpts", "/dev/pts", { source: "devpts" }),
    entry("tmpfs", "/dev/shm", { mode: "1777" }),
  ];
}

function initMount(mount: Mount, all: readonly Mount[]): InitMount {
  switch (mount.kind) {
    case "bind":
      return entry("bind", mount.target, {
        source: mount.source,
        file: mount.file,
        readOnly: !mount.writable,
      });
    case "masked-file":
      return entry("bind", mount.target, { source: "/dev/null", file: true, readOnly: true });
    case "symlink":
      return entry("symlink", mount.target, { source: mount.to });
    case "empty": {
      const holds = all.some((other) => other.target.startsWith(`${mount.target}/`));
      const readOnly = mount.sealed && !holds;
      return entry("tmpfs", mount.target, { mode: mount.mode, readOnly, sealed: mount.sealed && holds });
    }
  }
}

function entry(type: InitMount["type"], target: string, more: Partial<InitMount>): InitMount {
  return { type, target, source: "none", file: false, readOnly: false, mode: "0755", sealed: false, ...more };
}
