/** What the first program in the namespaces has to build. Paths only, no secrets: it travels as an argument. */
export interface InitPlan {
  /** An existing directory the new root is mounted on. */
  readonly root: string;
  readonly mountFile: string;
  readonly umountFile: string;
  readonly pivotFile: string;
  /** Brings the own loopback up; undefined with the host's network or without the program. */
  readonly ipFile: string | undefined;
  readonly emptyBytes: string;
  readonly mounts: readonly InitMount[];
}

/** One mount below the new root, parents before children. `type` "symlink" only makes the link. */
export interface InitMount {
  readonly type: "bind" | "tmpfs" | "proc" | "devpts" | "symlink" | "device";
  readonly source: string;
  readonly target: string;
  readonly file: boolean;
  readonly readOnly: boolean;
  readonly mode: string;
  /** Made read-only when all is in place, because something is mounted inside. */
  readonly sealed: boolean;
}

/**
 * Builds the new root and moves into it. Runs as process 1 of the new namespaces with all capabilities over them,
 * before the agent's program. It is sent as source text to `node -e`, so that a bundled server needs no second
 * file: it must not use anything from outside itself, not even an import.
 */
export function initSandbox(plan: InitPlan): void {
  const fs = process.getBuiltinModule("node:fs");
  const path = process.getBuiltinModule("node:path");
  const { spawnSync } = process.getBuiltinModule("node:child_process");

  const run = (file: string, args: readonly string[]): void => {
    const { status, stderr, error } = spawnSync(file, args, { env: {}, encoding: "utf8" });
    if (status !== 0) throw new Error(`${file} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
  };

  // A namespace of a user may not take flags off a host mount, so a remount has to name those it has.
  const hostMounts = fs
    .readFileSync("/proc/self/mountinfo", "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const fields = line.split(" ");
      const at = fields[4]!.replace(/\\([0-7]{3})/g, (_, code) =>
        String.fromCharCode(Number.parseInt(code, 8)),
      );
      return { at, noexec: fields[5]!.split(",").includes("noexec") };
    });
  const inside = (root: string, at: string): boolean =>
    at === root || at.startsWith(root === "/" ? "/" : `${root}/`);
  const isNoexec = (source: string): boolean =>
    hostMounts.filter(({ at }) => inside(at, source)).reduce((a, b) => (b.at.length >= a.at.length ? b : a))
      .noexec;

  const optionsOf = (mount: InitMount): string => {
    const access = mount.readOnly ? "ro" : "rw";
    if (mount.type === "device") return "bind";
    if (mount.type === "devpts") return "newinstance,ptmxmode=0666,mode=620,nosuid,noexec";
    if (mount.type === "proc") return "nosuid,nodev,noexec";
    if (mount.type === "tmpfs") return `${access},nosuid,nodev,mode=${mount.mode},size=${plan.emptyBytes}`;
    return `rbind,${access},nosuid,nodev${isNoexec(mount.source) ? ",noexec" : ""}`;
  };
  const at = (target: string): string => plan.root + target;
  const encoded = (text: string): string =>
    text.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);

  // One `mount -a` for as many mounts as possible: a process each would double the time this takes.
  let waiting: InitMount[] = [];
  const mountWaiting = (): void => {
    if (waiting.length === 0) return;
    const table = at("/.fstab");
    const lines = waiting.map((mount) => {
      const type = mount.type === "bind" || mount.type === "device" ? "none" : mount.type;
      return `${encoded(mount.source)} ${encoded(at(mount.target))} ${type} ${optionsOf(mount)} 0 0\n`;
    });
    fs.writeFileSync(table, lines.join(""));
    run(plan.mountFile, ["-a", "-T", table]);
    fs.rmSync(table);
    waiting = [];
  };
  const makePoint = (mount: InitMount): void => {
    const target = at(mount.target);
    if (fs.lstatSync(target, { throwIfNoEntry: false }) !== undefined) return;
    fs.mkdirSync(path.dirname(target), { recursive: true });
    if (mount.type === "symlink") fs.symlinkSync(mount.source, target);
    else if (mount.file) fs.writeFileSync(target, "");
    else fs.mkdirSync(target);
  };

  process.umask(0o022);
  run(plan.mountFile, ["-t", "tmpfs", "-o", "nosuid,nodev,mode=755,size=16m", "tmpfs", plan.root]);
  for (const mount of plan.mounts) {
    // What a waiting mount will cover cannot be prepared before it is there.
    if (waiting.some((other) => inside(other.target, mount.target))) mountWaiting();
    makePoint(mount);
    if (mount.type !== "symlink") waiting.push(mount);
  }
  mountWaiting();
  for (const mount of plan.mounts) {
    if (mount.sealed) run(plan.mountFile, ["-o", "remount,bind,ro,nosuid,nodev", at(mount.target)]);
    if (mount.type !== "bind" || !mount.readOnly) continue;
    // "ro" makes only the top of what was bound read-only, not what the host has mounted below it.
    for (const below of hostMounts.filter(
      (host) => host.at !== mount.source && inside(mount.source, host.at),
    )) {
      const target = at(mount.target + below.at.slice(mount.source.length));
      const flags = `remount,bind,ro,nosuid,nodev${below.noexec ? ",noexec" : ""}`;
      run(plan.mountFile, ["-o", flags, target]);
    }
  }
  if (plan.ipFile !== undefined) spawnSync(plan.ipFile, ["link", "set", "lo", "up"], { env: {} });

  // In /tmp, because it has to go again and the rest is read-only by then.
  const old = fs.mkdtempSync(at("/tmp/."));
  const oldInside = old.slice(plan.root.length);
  run(plan.mountFile, ["-o", "remount,bind,ro,nosuid,nodev", plan.root]);
  process.chdir(plan.root);
  run(plan.pivotFile, [".", old]);
  process.chdir("/");
  run(plan.umountFile, ["-l", oldInside]);
  fs.rmdirSync(oldInside);
}
