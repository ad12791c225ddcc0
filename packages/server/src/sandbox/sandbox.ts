import { realpath } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { type Confinement, HarnessError, type SandboxDriverName } from "@harness/protocol";
import type { ProcessRunner } from "../process/index.ts";
import { PERL_PLACES, throughProxy } from "./bridge.ts";
import { BwrapDriver } from "./bwrap.ts";
import { ContainerDriver } from "./container.ts";
import { ControlGroups } from "./control-groups.ts";
import { HostProxy } from "./host-proxy.ts";
import { isInside } from "./paths.ts";
import { Placeholders } from "./placeholders.ts";
import { ProbeProgram } from "./probe.ts";
import { DEFAULT_LIMITS, inGroups, type RunLimits, watchedLimits, withRlimits } from "./resource-limits.ts";
import { SrtLinuxDriver } from "./srt-linux.ts";
import { SrtMacosDriver } from "./srt-macos.ts";
import type { ProbeResult, Sandbox, SandboxDriver, SandboxSpec, Wrapped } from "./types.ts";
import { UnshareDriver } from "./unshare.ts";

/** What a sandbox is built from. */
export interface SandboxDeps {
  readonly runner: ProcessRunner;
  /** "auto": the first that works of bwrap and unshare. "none" has to be asked for by name. */
  readonly choice: "auto" | SandboxDriverName;
  /** A directory of ours (made when missing) for mount points and probes. */
  readonly scratchDir: string;
  /** The image of the container drivers. */
  readonly image?: string | null;
  /** The search path for programs that are no part of the system. */
  readonly path?: string;
  /** What one run may use. */
  readonly limits?: RunLimits;
  /** Where a Perl may be that leads programs to listed hosts; Node does it where there is none. */
  readonly perl?: readonly string[];
}

/** Builds the sandbox. Nothing is run before the first probe or wrap. */
export function createSandbox(deps: SandboxDeps): Sandbox {
  return new ChosenSandbox(deps, driversFor(deps));
}

/** Tried in this order when nobody chose; a container needs an image, and no sandbox a decision. */
const AUTO: ReadonlySet<SandboxDriverName> = new Set(["bwrap", "unshare", "srt"]);
/** Drivers whose own engine keeps the limits. */
const CONTAINERS: ReadonlySet<SandboxDriverName> = new Set(["docker", "podman"]);
/** Drivers that are made of Linux. */
const LINUX: ReadonlySet<SandboxDriverName> = new Set(["bwrap", "unshare"]);
/** Where `srt` may be besides the search path. */
const SRT_PLACES = ["/usr/local/bin", "/usr/bin", "/bin", "/opt/homebrew/bin", "/run/current-system/sw/bin"];

/** The drivers a choice allows, in order of preference. */
export function driversFor(deps: SandboxDeps): readonly SandboxDriver[] {
  const program = new ProbeProgram(deps);
  const { execPath } = process;
  const { scratchDir, image = null, limits = DEFAULT_LIMITS } = deps;
  const { tmpBytes } = limits;
  const container = { program, image, execPath, scratchDir, limits };
  const drivers: readonly SandboxDriver[] = [
    new BwrapDriver({ program, execPath, tmpBytes }),
    new UnshareDriver({ program, execPath, scratchDir, tmpBytes }),
    srtDriver(deps, program),
    new ContainerDriver({ ...container, name: "docker" }),
    new ContainerDriver({ ...container, name: "podman" }),
    new NoDriver(),
  ];
  return drivers.filter(({ name }) => (deps.choice === "auto" ? AUTO.has(name) : name === deps.choice));
}

/** What srt can be depends on what the system can put around it. */
function srtDriver(deps: SandboxDeps, program: ProbeProgram): SandboxDriver {
  const { scratchDir, path = "", limits = DEFAULT_LIMITS } = deps;
  const directories = [...path.split(delimiter).filter(isAbsolute), ...SRT_PLACES];
  if (process.platform !== "linux") return new SrtMacosDriver({ program, scratchDir, directories });
  const { execPath } = process;
  const outer = new BwrapDriver({ program, execPath, tmpBytes: limits.tmpBytes, holdsAnother: true });
  return new SrtLinuxDriver({ program, execPath, directories, outer });
}

class ChosenSandbox implements Sandbox {
  readonly #choice: string;
  readonly #drivers: readonly SandboxDriver[];
  readonly #placeholders: Placeholders;
  readonly #limits: RunLimits;
  readonly #program: ProbeProgram;
  readonly #perl: readonly string[];
  readonly #groups = new ControlGroups();
  /** The control groups of the programs of each workspace. */
  readonly #inUse = new Map<string, string[]>();
  readonly #proxies = new Map<string, HostProxy[]>();
  #working: SandboxDriver | undefined;
  #probing: Promise<ProbeResult> | undefined;

  constructor(deps: SandboxDeps, drivers: readonly SandboxDriver[]) {
    this.#choice = deps.choice;
    this.#drivers = drivers;
    this.#placeholders = new Placeholders(deps.scratchDir);
    this.#limits = deps.limits ?? DEFAULT_LIMITS;
    this.#program = new ProbeProgram(deps);
    this.#perl = deps.perl ?? PERL_PLACES;
  }

  get driver(): SandboxDriverName | undefined {
    return this.#working?.name;
  }

  get confinement(): Confinement {
    return this.#working?.confinement ?? "none";
  }

  /** Probes once; a machine without a sandbox is asked again, so that installing one needs no restart. */
  probe(): Promise<ProbeResult> {
    this.#probing ??= this.#findDriver().finally(() => {
      if (this.#working === undefined) this.#probing = undefined;
    });
    return this.#probing;
  }

  async wrap(spec: SandboxSpec): Promise<Wrapped> {
    if (spec.profile === "danger-full-access") return this.#limited(spec, new NoDriver());
    const probe = await this.probe();
    if (!probe.ok) {
      throw new HarnessError("sandbox_unavailable", `Cannot run ${spec.file} confined: ${probe.reason}.`, {
        field: "sandbox",
        got: this.#choice,
        hint: probe.fix,
      });
    }
    const driver = this.#working!;
    return this.#limited(await withCovers(this.#placeholders, driver, spec), driver);
  }

  /** Containers are held by their own engine; all others by the kernel where it lets us, and watched everywhere. */
  async #limited(spec: SandboxSpec, driver: SandboxDriver): Promise<Wrapped> {
    const limits = this.#limits;
    if (CONTAINERS.has(driver.name)) return driver.wrap(spec);
    const inner = hasOurInside(driver) ? await this.#inside(spec, driver) : spec;
    const groups = await this.#groups.make(limits);
    this.#inUse.set(spec.workspace, [...(this.#inUse.get(spec.workspace) ?? []), ...groups]);
    const wrapped = await inGroups(this.#program, await driver.wrap(inner), groups);
    return { ...wrapped, resources: watchedLimits(limits, spec.workspace, groups) };
  }

  /** What goes before the program within its namespaces: the way to listed hosts, the driver's own, its limits. */
  async #inside(spec: SandboxSpec, driver: SandboxDriver): Promise<SandboxSpec> {
    const bounded = await withRlimits(this.#program, this.#limits, spec);
    return this.#withProxy((await driver.inside?.(bounded)) ?? bounded);
  }

  async limitsKeptBy(): Promise<string> {
    const held = await this.#groups.held();
    return held ? "limits held by control groups" : "limits watched, without control groups";
  }

  async #withProxy(spec: SandboxSpec): Promise<SandboxSpec> {
    if (typeof spec.network === "string") return spec;
    const { hosts } = spec.network;
    const proxy = await HostProxy.open({ hosts, onRefused: spec.onRefusedHost });
    this.#proxies.set(spec.workspace, [...(this.#proxies.get(spec.workspace) ?? []), proxy]);
    const perl = await this.#program.find(this.#perl);
    return throughProxy(spec, proxy, { perl, node: process.execPath });
  }

  async reap(workspace: string): Promise<void> {
    await this.#working?.reap?.(workspace);
    await this.#groups.remove(this.#inUse.get(workspace) ?? []);
    this.#inUse.delete(workspace);
    await Promise.all((this.#proxies.get(workspace) ?? []).map((proxy) => proxy.close()));
    this.#proxies.delete(workspace);
    await this.#placeholders.giveUp(await realpath(workspace).catch(() => workspace));
  }

  async reapAll(): Promise<void> {
    await this.#placeholders.giveUpAll();
    await this.#groups.removeDead();
    await Promise.all(this.#drivers.map((driver) => driver.reapAll?.()));
  }

  async #findDriver(): Promise<ProbeResult> {
    const failures: Extract<ProbeResult, { ok: false }>[] = [];
    for (const driver of this.#drivers) {
      const result =
        process.platform === "linux" || !LINUX.has(driver.name) ? await driver.probe() : UNSUPPORTED_PLATFORM;
      if (result.ok) {
        this.#working = driver;
        return result;
      }
      failures.push(result);
    }
    const reason = [...new Set(failures.map((failure) => failure.reason))].join("; ");
    const fix = [...new Set(failures.map((failure) => failure.fix))].join(" Or: ");
    return { ok: false, reason, fix };
  }
}

/**
 * The spec with its protected paths worked out: those in what can be written, which may be the workspace or a few
 * directories of it. Unconfined has none.
 */
export async function withCovers(
  placeholders: Placeholders,
  driver: SandboxDriver,
  spec: SandboxSpec,
): Promise<SandboxSpec> {
  const { protected: paths = [], profile, workspace, writable = [] } = spec;
  const open = profile === "workspace-write" ? [workspace] : writable;
  const inReach = paths.filter((path) => open.some((dir) => isInside(dir, join(workspace, path))));
  if (inReach.length === 0 || profile === "danger-full-access" || driver.name === "none") return spec;
  return { ...spec, covers: placeholders.take(await realpath(workspace), inReach) };
}

/** True for a driver whose file tree and network are made by us, so that our programs can run in it. */
function hasOurInside(driver: SandboxDriver): boolean {
  return LINUX.has(driver.name) || driver.inside !== undefined;
}

const UNSUPPORTED_PLATFORM: ProbeResult = {
  ok: false,
  reason: `bwrap and unshare are not for ${process.platform}`,
  fix: 'Accept that agents see the whole machine and set sandbox to "none".',
};

/** No confinement at all. Only ever used when asked for by name. */
class NoDriver implements SandboxDriver {
  readonly name = "none";
  readonly confinement = "none";

  async probe(): Promise<ProbeResult> {
    return { ok: true, version: "none" };
  }

  async wrap(spec: SandboxSpec): Promise<Wrapped> {
    return { file: spec.file, args: [...spec.args], env: { ...spec.env } };
  }
}
