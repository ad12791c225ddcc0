import { realpath } from "node:fs/promises";
import { HarnessError, type SandboxDriverName } from "@harness/protocol";
import type { ProcessRunner } from "../process/index.ts";
import { BwrapDriver } from "./bwrap.ts";
import { Placeholders } from "./placeholders.ts";
import { ProbeProgram } from "./probe.ts";
import type { ProbeResult, Sandbox, SandboxDriver, SandboxSpec, Wrapped } from "./types.ts";
import { UnshareDriver } from "./unshare.ts";

/** What a sandbox is built from. */
export interface SandboxDeps {
  readonly runner: ProcessRunner;
  /** "auto": the first that works of bwrap and unshare. "none" has to be asked for by name. */
  readonly choice: "auto" | SandboxDriverName;
  /** A directory of ours (made when missing) for mount points and probes. */
  readonly scratchDir: string;
}

/** Builds the sandbox. Nothing is run before the first probe or wrap. */
export function createSandbox(deps: SandboxDeps): Sandbox {
  return new ChosenSandbox(deps.choice, driversFor(deps), new Placeholders(deps.scratchDir));
}

/** The drivers a choice allows, in order of preference. */
export function driversFor(deps: SandboxDeps): readonly SandboxDriver[] {
  const program = new ProbeProgram(deps);
  const { execPath } = process;
  const drivers: readonly SandboxDriver[] = [
    new BwrapDriver({ program, execPath }),
    new UnshareDriver({ program, execPath, scratchDir: deps.scratchDir }),
    new NoDriver(),
  ];
  return drivers.filter(({ name }) => (deps.choice === "auto" ? name !== "none" : name === deps.choice));
}

class ChosenSandbox implements Sandbox {
  readonly #choice: string;
  readonly #drivers: readonly SandboxDriver[];
  readonly #placeholders: Placeholders;
  #working: SandboxDriver | undefined;
  #probing: Promise<ProbeResult> | undefined;

  constructor(choice: string, drivers: readonly SandboxDriver[], placeholders: Placeholders) {
    this.#choice = choice;
    this.#drivers = drivers;
    this.#placeholders = placeholders;
  }

  get driver(): SandboxDriverName | undefined {
    return this.#working?.name;
  }

  /** Probes once; a machine without a sandbox is asked again, so that installing one needs no restart. */
  probe(): Promise<ProbeResult> {
    this.#probing ??= this.#findDriver().finally(() => {
      if (this.#working === undefined) this.#probing = undefined;
    });
    return this.#probing;
  }

  async wrap(spec: SandboxSpec): Promise<Wrapped> {
    if (spec.profile === "danger-full-access") return new NoDriver().wrap(spec);
    const probe = await this.probe();
    if (!probe.ok) {
      throw new HarnessError("sandbox_unavailable", `Cannot run ${spec.file} confined: ${probe.reason}.`, {
        field: "sandbox",
        got: this.#choice,
        hint: probe.fix,
      });
    }
    return this.#working!.wrap(await withCovers(this.#placeholders, this.#working!, spec));
  }

  async reap(workspace: string): Promise<void> {
    await this.#placeholders.giveUp(await realpath(workspace).catch(() => workspace));
  }

  reapAll(): Promise<void> {
    return this.#placeholders.giveUpAll();
  }

  async #findDriver(): Promise<ProbeResult> {
    const failures: Extract<ProbeResult, { ok: false }>[] = [];
    for (const driver of this.#drivers) {
      const result =
        process.platform === "linux" || driver.name === "none" ? await driver.probe() : UNSUPPORTED_PLATFORM;
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

/** The spec with its protected paths worked out. What cannot be changed at all needs none, and unconfined has none. */
export async function withCovers(
  placeholders: Placeholders,
  driver: SandboxDriver,
  spec: SandboxSpec,
): Promise<SandboxSpec> {
  const { protected: paths = [], profile, workspace } = spec;
  if (paths.length === 0 || profile !== "workspace-write" || driver.name === "none") return spec;
  return { ...spec, covers: await placeholders.take(await realpath(workspace), paths) };
}

const UNSUPPORTED_PLATFORM: ProbeResult = {
  ok: false,
  reason: `there is no sandbox for ${process.platform} yet`,
  fix: 'Run Harness on Linux, or accept that agents see the whole machine and set sandbox to "none".',
};

/** No confinement at all. Only ever used when asked for by name. */
class NoDriver implements SandboxDriver {
  readonly name = "none";

  async probe(): Promise<ProbeResult> {
    return { ok: true, version: "none" };
  }

  async wrap(spec: SandboxSpec): Promise<Wrapped> {
    return { file: spec.file, args: [...spec.args], env: { ...spec.env } };
  }
}
