import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { createProcessTable } from "../../src/process/process-table.ts";
import { ResourceWatch } from "../../src/process/resource-watch.ts";
import { ControlGroups, type GroupTree } from "../../src/sandbox/control-groups.ts";
import { inGroups } from "../../src/sandbox/resource-limits.ts";
import { SandboxBench } from "./bench.ts";

const LIMITS = { processes: 20, memoryBytes: 1_000_000 };
/** Empty where the kernel says "max": a plain file would keep the end of what a shorter word is written over. */
const CONTROLLERS: Readonly<Record<string, string>> = {
  "pids.max": "",
  "pids.events": "max 0\n",
  "memory.max": "",
  "memory.swap.max": "",
  "memory.events": "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n",
};

/** A tree that stands for the kernel's of version 2: it fills a new group by itself and keeps one that is in use. */
class ScriptedKernel implements GroupTree, Disposable {
  readonly mount = mkdtempSync(join(tmpdir(), "harness-cgroup-"));
  readonly self = join(this.mount, "self");
  /** Where this process may make groups, and which files those have. */
  readonly #delegated: Readonly<Record<string, readonly string[]>>;

  constructor(own: string, delegated: Readonly<Record<string, readonly string[]>>) {
    this.#delegated = delegated;
    mkdirSync(join(this.mount, own), { recursive: true });
    writeFileSync(this.self, `0::${own}\n`);
  }

  readonly make = async (group: string) => {
    const place = dirname(group).slice(this.mount.length) || "/";
    const files = this.#delegated[place];
    if (files === undefined) throw Object.assign(new Error("not delegated"), { code: "EACCES" });
    mkdirSync(group);
    for (const file of ["cgroup.procs", ...files]) writeFileSync(join(group, file), CONTROLLERS[file] ?? "");
  };

  readonly remove = async (group: string) => {
    if (readFileSync(join(group, "cgroup.procs"), "utf8") !== "") throw new Error("in use");
    rmSync(group, { recursive: true });
  };

  groupsIn(place: string): string[] {
    return readdirSync(join(this.mount, place)).filter((name) => name.startsWith("harness-"));
  }

  [Symbol.dispose](): void {
    rmSync(this.mount, { recursive: true, force: true });
  }
}

const ALL = Object.keys(CONTROLLERS);
const SERVICE = "/user.slice/app.slice/harness.service";

describe("control groups of version 2", () => {
  it("are made beside our own, with the limits in their files [req:sandbox.groups-v2]", async () => {
    using kernel = new ScriptedKernel(SERVICE, { "/user.slice/app.slice": ALL });
    const groups = new ControlGroups(kernel);
    expect(await groups.held()).toBe(true);
    const [group = "", ...others] = await groups.make(LIMITS);
    expect(others).toEqual([]);
    expect(dirname(group)).toBe(join(kernel.mount, "user.slice/app.slice"));
    const read = (file: string) => readFileSync(join(group, file), "utf8").trimEnd();
    expect(["pids.max", "memory.max", "memory.swap.max"].map(read)).toEqual(["20", "1000000", "0"]);
    expect(existsSync(join(group, "memory.limit_in_bytes")), "that is a file of version 1").toBe(false);
    expect(kernel.groupsIn("user.slice/app.slice"), "the probe left nothing").toEqual([basename(group)]);
    await groups.remove([group]);
    expect(kernel.groupsIn("user.slice/app.slice")).toEqual([]);
  });

  it("are entered by the program itself, and what the kernel says of them is heard [req:sandbox.groups-v2]", async () => {
    await using bench = new SandboxBench("none");
    using kernel = new ScriptedKernel("/", { "/": ALL });
    const [group = ""] = await new ControlGroups(kernel).make(LIMITS);
    const program = { find: async (places: readonly string[]) => places.find(existsSync) };
    const wrapped = await inGroups(program, { file: "/bin/echo", args: ["in it"], env: {} }, [group]);
    expect(spawnSync(wrapped.file, wrapped.args, { encoding: "utf8" }).stdout).toBe("in it\n");
    expect(readFileSync(join(group, "cgroup.procs"), "utf8"), "0 is whoever writes it").toBe("0\n");

    const limits = { ...LIMITS, cpuSecs: 60, disk: { path: bench.workspace, bytes: 1e9 }, groups: [group] };
    const watch = new ResourceWatch(createProcessTable(process.platform));
    const root = { pid: 1, startTime: "0", mark: "none" };
    const heard = () => watch.watch(root, limits, () => undefined).end()?.name;
    expect(heard()).toBeUndefined();
    writeFileSync(join(group, "memory.events"), "oom 1\noom_kill 1\n");
    expect(heard()).toBe("memory");
    writeFileSync(join(group, "pids.events"), "max 3\n");
    expect(heard()).toBe("processes");
  });

  it("are not relied on where none may be made, or one holds nothing [req:sandbox.groups-v2]", async () => {
    using closed = new ScriptedKernel(SERVICE, {});
    const none = new ControlGroups(closed);
    expect([await none.held(), await none.make(LIMITS)]).toEqual([false, []]);
    using bare = new ScriptedKernel(SERVICE, { "/user.slice/app.slice": ["pids.max"], "/": [] });
    expect(await new ControlGroups(bare).held()).toBe(false);
    expect([...bare.groupsIn("user.slice/app.slice"), ...bare.groupsIn("/")]).toEqual([]);
  });

  it("of dead servers are removed, of living ones and with processes in them kept [req:sandbox.groups-v2]", async () => {
    using kernel = new ScriptedKernel("/", { "/": ALL });
    const groups = new ControlGroups(kernel);
    const [ours = ""] = await groups.make(LIMITS);
    const dead = spawnSync("true").pid;
    const [left, busy] = [`harness-${dead}-aa`, `harness-${dead}-bb`];
    for (const name of [left, busy]) await kernel.make(join(kernel.mount, name));
    writeFileSync(join(kernel.mount, busy, "cgroup.procs"), "4711\n");
    await groups.removeDead();
    expect(kernel.groupsIn("/").sort()).toEqual([basename(ours), busy].sort());
  });
});
