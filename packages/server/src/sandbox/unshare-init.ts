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

interface HostMount {
  readonly at: string;
  readonly noexec: boolean;
}

/**
 * The program that builds the new root and moves into it, as source text for `node -e`, which takes the plan as its
 * argument. It runs as process 1 of the new namespaces, with all capabilities over them, before the agent's program.
 * It is made of the functions below, so that a bundled server needs no second file: they may use each other and
 * Node's built-in modules, and nothing else, not even an import. None holds a named function of its own: a bundler
 * that keeps names would wrap it in a helper that is not there.
 */
export function initSource(): string {
  const parts = [
    readHostMounts,
    isBelow,
    isNoexec,
    runTool,
    mountOptions,
    fstabField,
    remountReadOnly,
    mountTogether,
    makeMountPoint,
    build,
    seal,
    moveIn,
  ];
  return `${parts.join("\n")}; (${enter})(JSON.parse(process.argv[1]));`;
}

function enter(plan: InitPlan): void {
  const hostMounts = readHostMounts();
  process.umask(0o022);
  build(plan, hostMounts);
  seal(plan, hostMounts);
  try {
    if (plan.ipFile !== undefined) runTool(plan.ipFile, ["link", "set", "lo", "up"]);
  } catch {
    // A comfort for test suites that listen on loopback, not a part of the confinement.
  }
  moveIn(plan);
}

function readHostMounts(): HostMount[] {
  const { readFileSync } = process.getBuiltinModule("node:fs");
  const lines = readFileSync("/proc/self/mountinfo", "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const [, , , , place, flags] = line.split(" ") as [string, string, string, string, string, string];
    const at = place.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8)));
    return { at, noexec: flags.split(",").includes("noexec") };
  });
}

function isBelow(root: string, path: string): boolean {
  return path === root || path.startsWith(root === "/" ? "/" : `${root}/`);
}

function isNoexec(source: string, hostMounts: readonly HostMount[]): boolean {
  const above = hostMounts.filter(({ at }) => isBelow(at, source));
  return above.reduce((a, b) => (b.at.length >= a.at.length ? b : a)).noexec;
}

function runTool(file: string, args: readonly string[]): void {
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const { status, stderr, error } = spawnSync(file, args, { env: {}, encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}

function mountOptions(plan: InitPlan, mount: InitMount, hostMounts: readonly HostMount[]): string {
  const access = mount.readOnly ? "ro" : "rw";
  if (mount.type === "device") return "bind";
  if (mount.type === "devpts") return "newinstance,ptmxmode=0666,mode=620,nosuid,noexec";
  if (mount.type === "proc") return "nosuid,nodev,noexec";
  if (mount.type === "tmpfs") return `${access},nosuid,nodev,mode=${mount.mode},size=${plan.emptyBytes}`;
  // A user's namespace may not take a flag off a host mount, and leaving it out would be that.
  return `rbind,${access},nosuid,nodev${isNoexec(mount.source, hostMounts) ? ",noexec" : ""}`;
}

function fstabField(text: string): string {
  return text.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

/** One `mount -a` for many mounts: a process for each would double the time this takes. */
function mountTogether(plan: InitPlan, mounts: readonly InitMount[], hostMounts: readonly HostMount[]): void {
  if (mounts.length === 0) return;
  const fs = process.getBuiltinModule("node:fs");
  const lines = mounts.map((mount) => {
    const type = mount.type === "bind" || mount.type === "device" ? "none" : mount.type;
    const options = mountOptions(plan, mount, hostMounts);
    return `${fstabField(mount.source)} ${fstabField(plan.root + mount.target)} ${type} ${options} 0 0\n`;
  });
  const table = `${plan.root}/.fstab`;
  fs.writeFileSync(table, lines.join(""));
  runTool(plan.mountFile, ["-a", "-T", table]);
  fs.rmSync(table);
}

function makeMountPoint(target: string, mount: InitMount): void {
  const fs = process.getBuiltinModule("node:fs");
  const path = process.getBuiltinModule("node:path");
  if (fs.lstatSync(target, { throwIfNoEntry: false }) !== undefined) return;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  if (mount.type === "symlink") fs.symlinkSync(mount.source, target);
  else if (mount.file) fs.writeFileSync(target, "");
  else fs.mkdirSync(target);
}

function build(plan: InitPlan, hostMounts: readonly HostMount[]): void {
  runTool(plan.mountFile, ["-t", "tmpfs", "-o", "nosuid,nodev,mode=755,size=16m", "tmpfs", plan.root]);
  let waiting: InitMount[] = [];
  for (const mount of plan.mounts) {
    // What a waiting mount will cover cannot be prepared before it is there.
    if (waiting.some((other) => isBelow(other.target, mount.target))) {
      mountTogether(plan, waiting, hostMounts);
      waiting = [];
    }
    makeMountPoint(plan.root + mount.target, mount);
    if (mount.type !== "symlink") waiting.push(mount);
  }
  mountTogether(plan, waiting, hostMounts);
}

function remountReadOnly(plan: InitPlan, target: string, more: string): void {
  runTool(plan.mountFile, ["-o", `remount,bind,ro,nosuid,nodev${more}`, plan.root + target]);
}

function seal(plan: InitPlan, hostMounts: readonly HostMount[]): void {
  for (const mount of plan.mounts) {
    if (mount.sealed) remountReadOnly(plan, mount.target, "");
    if (mount.type !== "bind" || !mount.readOnly) continue;
    // "ro" makes only the top of what was bound read-only, not what the host has mounted below it.
    for (const { at, noexec } of hostMounts) {
      if (at === mount.source || !isBelow(mount.source, at)) continue;
      remountReadOnly(plan, mount.target + at.slice(mount.source.length), noexec ? ",noexec" : "");
    }
  }
}

function moveIn(plan: InitPlan): void {
  const fs = process.getBuiltinModule("node:fs");
  // In /tmp, because it has to go again, and all else is read-only by then.
  const old = fs.mkdtempSync(`${plan.root}/tmp/.`);
  remountReadOnly(plan, "", "");
  process.chdir(plan.root);
  runTool(plan.pivotFile, [".", old]);
  process.chdir("/");
  const inside = old.slice(plan.root.length);
  runTool(plan.umountFile, ["-l", inside]);
  fs.rmdirSync(inside);
}
