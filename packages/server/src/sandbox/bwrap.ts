import { layOut, type Mount } from "./layout.ts";
import { splitEnv } from "./loader-env.ts";
import type { ProbeProgram } from "./probe.ts";
import { machineWideFiles } from "./system-paths.ts";
import type { ProbeResult, SandboxDriver, SandboxSpec, Wrapped } from "./types.ts";
import { userNamespaceFix } from "./user-namespaces.ts";

/** Where distributions put it. The first has to be exactly this path on Ubuntu: its AppArmor profile names it. */
const PLACES = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap"];

/**
 * Bubblewrap (github.com/containers/bubblewrap). No `--new-session`: the child already has a session of its own
 * and no terminal, and in one group with the wrapper a signal to the group reaches everything.
 */
export class BwrapDriver implements SandboxDriver {
  readonly name = "bwrap";
  readonly confinement = "isolated";
  readonly #program: ProbeProgram;
  readonly #execPath: string;
  /** Most a program may put into /tmp, HOME or /dev/shm each: they live in memory. */
  readonly #emptyBytes: string;
  /** Whether a program inside has to make namespaces again: the kernel gives no /proc below one with covers. */
  readonly #holdsAnother: boolean;
  #file = PLACES[0]!;
  #userNamespace = true;
  #sizes = true;

  constructor(deps: { program: ProbeProgram; execPath: string; tmpBytes: number; holdsAnother?: boolean }) {
    this.#program = deps.program;
    this.#execPath = deps.execPath;
    this.#emptyBytes = String(deps.tmpBytes);
    this.#holdsAnother = deps.holdsAnother ?? false;
  }

  /** Finds the program and what it can do; runs nothing in it. */
  async locate(): Promise<ProbeResult> {
    const file = await this.#program.find(PLACES);
    if (file === undefined) {
      return {
        ok: false,
        reason: "bubblewrap is not installed",
        fix: "Install it: apt-get install bubblewrap, dnf install bubblewrap or pacman -S bubblewrap.",
      };
    }
    this.#file = file;
    const version = await this.#program.output(file, ["--version"]);
    const [major = 0, minor = 0] = version.match(/\d+/g)?.map(Number) ?? [];
    this.#sizes = major > 0 || minor >= 7;
    return { ok: true, version };
  }

  async probe(): Promise<ProbeResult> {
    const located = await this.locate();
    if (!located.ok) return located;
    // Root does not need a user namespace, and some containers have none to give.
    for (const userNamespace of process.getuid?.() === 0 ? [true, false] : [true]) {
      this.#userNamespace = userNamespace;
      const failure = await this.#program.confined(this);
      if (failure === undefined) return located;
      if (userNamespace && process.getuid?.() === 0) continue;
      return {
        ok: false,
        reason: `bubblewrap does not work here: ${failure}`,
        fix: await userNamespaceFix(),
      };
    }
    return { ok: false, reason: "bubblewrap does not work here", fix: await userNamespaceFix() };
  }

  async wrap(spec: SandboxSpec): Promise<Wrapped> {
    const { mounts } = await layOut(spec, this.#execPath);
    const { outer, inner } = splitEnv(spec.env);
    const args = [
      ...(this.#userNamespace ? ["--unshare-user"] : []),
      ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
      ...(spec.network !== "full" ? ["--unshare-net"] : []),
      ...["--die-with-parent", "--cap-drop", "ALL"],
      ...["--proc", "/proc"],
      ...(this.#holdsAnother ? [] : await machineWideFiles()).flatMap(({ path }) => [
        "--ro-bind-try",
        path,
        path,
      ]),
      ...["--dev", "/dev", ...this.#empty("/dev/shm", "1777"), "--remount-ro", "/dev"],
      ...mounts.flatMap((mount) => this.#mount(mount)),
      ...mounts.flatMap((mount) =>
        mount.kind === "empty" && mount.sealed ? ["--remount-ro", mount.target] : [],
      ),
      ...["--remount-ro", "/"],
      ...Object.entries(inner).flatMap(([name, value]) => ["--setenv", name, value]),
      ...["--", spec.file, ...spec.args],
    ];
    return { file: this.#file, args, env: outer };
  }

  #mount(mount: Mount): string[] {
    switch (mount.kind) {
      case "bind":
        return [mount.writable ? "--bind" : "--ro-bind", mount.source, mount.target];
      case "empty":
        return this.#empty(mount.target, mount.mode);
      case "masked-file":
        return ["--ro-bind", "/dev/null", mount.target];
      case "symlink":
        return ["--symlink", mount.to, mount.target];
    }
  }

  #empty(target: string, mode: string): string[] {
    return ["--perms", mode, ...(this.#sizes ? ["--size", this.#emptyBytes] : []), "--tmpfs", target];
  }
}
