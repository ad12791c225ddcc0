import type { Clock } from "@harness/protocol";
import type { Config, DataDirPaths } from "../config/index.ts";
import type { EventLog } from "../events/index.ts";
import { type DiskSpace, type Storage, treeBytes } from "../storage/index.ts";
import type { Workspaces } from "../workspaces/index.ts";
import { measure, type Sizes } from "./measure.ts";
import { forgetSnapshots } from "./old-snapshots.ts";
import { listSpares, removeSpare } from "./spares.ts";
import { type Spare, type SpareRules, sparesInOrder, sparesThatGo } from "./what-goes.ts";
import { workspacesInUse } from "./workspaces-in-use.ts";

const DAY_MS = 24 * 60 * 60_000;
/** A measurement is shown for this long (milliseconds). */
const FRESH_MS = 60_000;
/** Longest measurement (milliseconds): what is not measured then is shown as unknown. */
const MEASURE_MS = 20_000;

/** What a disk is kept with. */
export interface DiskKeeperDeps {
  readonly paths: DataDirPaths;
  readonly config: Pick<Config, "disk">;
  readonly clock: Clock;
  readonly storage: Storage;
  readonly log: EventLog;
  readonly workspaces: Workspaces;
  readonly space: DiskSpace;
  readonly logger: { info(obj: object, msg: string): void; warn(obj: object, msg: string): void };
}

/** How full the disk is, and what would go first. */
export interface DiskUse extends Sizes {
  readonly measuredAt: number;
  readonly keptBytes: number;
  readonly maxBytes: number;
  readonly keepDays: number;
  readonly next: readonly Spare[];
}

/** What a cleaning took away, or would. */
export interface Cleaning {
  readonly freedBytes: number;
  readonly spares: readonly Spare[];
  readonly snapshots: number;
  readonly workspaces: number;
}

/**
 * Keeps the disk within its bounds: measures what the data directory holds and deletes what can be made again or is
 * past its time. Unpublished work is not among it (`what-goes.ts`).
 */
export class DiskKeeper {
  readonly #deps: DiskKeeperDeps;
  readonly #stop = new AbortController();
  #use: Promise<DiskUse> | undefined;
  #cleaning: Promise<Cleaning> | undefined;

  constructor(deps: DiskKeeperDeps) {
    this.#deps = deps;
  }

  /** How full the disk is. Measured now, or up to a minute ago. */
  async use(): Promise<DiskUse> {
    const known = await this.#use?.catch(() => undefined);
    if (known && this.#deps.clock.now() - known.measuredAt < FRESH_MS) return known;
    this.#use = this.#measure();
    return this.#use;
  }

  /** What a cleaning would take away now. */
  async preview(): Promise<Cleaning> {
    const spares = await this.#due();
    const { dropped } = await forgetSnapshots(this.#deps, this.#keptSince, { dryRun: true });
    const freedBytes = spares.reduce((sum, { bytes }) => sum + bytes, 0);
    return { freedBytes, spares, snapshots: dropped, workspaces: 0 };
  }

  /** Cleans, and records it as an event when anything went. Those who ask meanwhile share it. */
  clean(): Promise<Cleaning> {
    this.#cleaning ??= this.#clean().finally(() => {
      this.#cleaning = undefined;
      this.#use = undefined;
    });
    return this.#cleaning;
  }

  /** Ends what is going on, and waits for it. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([this.#use, this.#cleaning]);
  }

  get #rules(): SpareRules {
    const { max_bytes, keep_days, recordings_days, min_free_bytes, reserve_bytes } = this.#deps.config.disk;
    const missing = this.#deps.space.reserve === "freed" ? reserve_bytes : 0;
    return {
      maxBytes: max_bytes,
      keepMs: keep_days * DAY_MS,
      recordingsMs: recordings_days * DAY_MS,
      neededFreeBytes: min_free_bytes + missing,
    };
  }

  get #keptSince(): number {
    return this.#deps.clock.now() - this.#rules.keepMs;
  }

  async #measure(): Promise<DiskUse> {
    const { clock, config, paths } = this.#deps;
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(MEASURE_MS)]);
    const sizes = await measure(this.#deps, signal);
    const spares = await listSpares(paths, signal).catch(() => []);
    const logs = sizes.parts.find(({ part }) => part === "logs")?.bytes ?? 0;
    return {
      ...sizes,
      measuredAt: clock.now(),
      keptBytes: spares.reduce((sum, { bytes }) => sum + bytes, logs),
      maxBytes: config.disk.max_bytes,
      keepDays: config.disk.keep_days,
      next: sparesInOrder(spares, this.#rules, clock.now()),
    };
  }

  async #due(): Promise<Spare[]> {
    const { paths, space, clock } = this.#deps;
    const spares = await listSpares(paths, this.#stop.signal);
    const logBytes = await treeBytes(paths.logs, this.#stop.signal);
    return sparesThatGo({ spares, logBytes, freeBytes: space.freeBytes }, this.#rules, clock.now());
  }

  async #clean(): Promise<Cleaning> {
    const { workspaces, storage } = this.#deps;
    const spares: Spare[] = [];
    for (const spare of await this.#due()) {
      if (this.#stop.signal.aborted) break;
      if (await this.#remove(spare)) spares.push(spare);
    }
    const orphans = await workspaces.dropOrphans(() => workspacesInUse(storage.reader));
    const { dropped, freedBytes } = await forgetSnapshots(this.#deps, this.#keptSince, {
      signal: this.#stop.signal,
    });
    const done: Cleaning = {
      freedBytes: spares.reduce((sum, { bytes }) => sum + bytes, freedBytes),
      spares,
      snapshots: dropped,
      workspaces: orphans.length,
    };
    await this.#record(done);
    return done;
  }

  async #remove(spare: Spare): Promise<boolean> {
    try {
      await removeSpare(spare);
      return true;
    } catch (error) {
      this.#deps.logger.warn(
        { err: error, path: spare.path },
        "it could not be deleted; the next round tries again",
      );
      return false;
    }
  }

  async #record(done: Cleaning): Promise<void> {
    const what = describeCleaning(done);
    if (what === "nothing") return;
    this.#deps.logger.info({ freed_bytes: done.freedBytes, what }, "disk cleaned");
    await this.#deps.log.write((tx) =>
      tx.append({ type: "disk.cleaned", actor: "harness", data: { freed_bytes: done.freedBytes, what } }),
    );
  }
}

/** What went, in words: "2 caches, 14 snapshots". */
export function describeCleaning({ spares, snapshots, workspaces }: Cleaning): string {
  const count = (kind: Spare["kind"]) => spares.filter((spare) => spare.kind === kind).length;
  const counts: [number, string][] = [
    [count("cache"), "cache"],
    [count("output"), "output"],
    [count("recording"), "recording"],
    [snapshots, "snapshot"],
    [workspaces, "workspace"],
  ];
  const said = counts.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}${n === 1 ? "" : "s"}`);
  return said.join(", ") || "nothing";
}
