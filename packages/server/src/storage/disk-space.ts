import { statfsSync } from "node:fs";
import { type Clock, callAt } from "@harness/protocol";
import type { Reserve } from "./reserve.ts";
import { isDiskFull } from "./storage-error.ts";

/** Between two looks at the disk (milliseconds). */
const LOOK_MS = 30_000;
/** The first look: not while a server is still starting (milliseconds). */
const FIRST_LOOK_MS = 5_000;
/** A disk that fills up again so soon after there was room is trusted less each time (milliseconds). */
const AGAIN_MS = 10 * 60_000;
const LONGEST_DISTRUST_MS = 30 * 60_000;
/** With less than this the next write fails: nobody has to try. */
const NOTHING_LEFT_BYTES = 1024 * 1024;

/** Who acts on what the disk does. */
export interface DiskSpaceHooks {
  /** Nothing can be stored any more; whether the reserve could be given back. */
  full(reserveFreed: boolean): void;
  /** There is less free space than new work needs. Called once each time it falls below. */
  low(): void;
  /**
   * There is room for work, after a start or (`recovered`) after a full disk. New work begins only after this; when it
   * rejects, the disk counts as full still and it is tried again at the next look.
   */
  room(state: { recovered: boolean; freeBytes: number }): Promise<void>;
  /** New work may begin. */
  open(): void;
}

/** What a disk is watched with. */
export interface DiskSpaceDeps {
  readonly dir: string;
  readonly reserve: Reserve;
  /** Below this much free space no new attempt starts. */
  readonly minFreeBytes: number;
  readonly clock: Clock;
}

/**
 * The free space under the data directory, and what happens when it ends:
 *
 *     ok → (a write fails for want of room: the reserve is given back) → full
 *     full → (room for the reserve and the least free space again: the reserve is made) → ok
 *
 * A write that failed may itself have freed what it had taken, so there can seem to be room at once: by itself it is ok
 * again after thirty seconds at the earliest, later when it keeps filling up, at once when a person says so.
 * While it is full no new work is taken; the room of the reserve is for states and cancels.
 */
export class DiskSpace {
  readonly #deps: DiskSpaceDeps;
  #hooks: DiskSpaceHooks | undefined;
  #fullSince: number | undefined;
  #recoveredAt = Number.NEGATIVE_INFINITY;
  #distrustMs = LOOK_MS;
  #wasLow = false;
  /** False until whoever waits for room was told that there is some. */
  #told = false;
  #looking: Promise<void> | undefined;
  #forget = () => {};

  constructor(deps: DiskSpaceDeps) {
    this.#deps = deps;
  }

  /** Since when (epoch milliseconds) nothing could be stored; undefined when all is well. */
  get fullSince(): number | undefined {
    return this.#fullSince;
  }

  get minFreeBytes(): number {
    return this.#deps.minFreeBytes;
  }

  /** Bytes a user may still write; null when the system does not say. */
  get freeBytes(): number | null {
    try {
      const { bavail, bsize } = statfsSync(this.#deps.dir);
      return bavail * bsize;
    } catch {
      return null;
    }
  }

  get reserve(): "held" | "freed" | "off" {
    if (this.#deps.reserve.bytes === 0) return "off";
    return this.#deps.reserve.held ? "held" : "freed";
  }

  /** Why no new attempt may start now, with what to do; undefined when one may. */
  get shortage(): string | undefined {
    if (this.#fullSince !== undefined)
      return "The disk of the data directory is full. Free space there, or run: harness disk clean. Paused work goes on by itself.";
    const free = this.freeBytes;
    if (free === null || free >= this.#deps.minFreeBytes) return undefined;
    return `Only ${mib(free)} MiB are free in the data directory; new work needs ${mib(this.#deps.minFreeBytes)} MiB (disk.min_free_bytes). Free space, or run: harness disk clean.`;
  }

  /**
   * Whoever could not write says so here. A failure that is not about room changes nothing. True when the reserve was
   * given back just now: it is worth trying again.
   */
  report(error: unknown): boolean {
    if (!isDiskFull(error)) return false;
    const first = this.#fullSince === undefined;
    const now = this.#deps.clock.now();
    if (first) {
      const again = now - this.#recoveredAt < AGAIN_MS;
      this.#distrustMs = again ? Math.min(2 * this.#distrustMs, LONGEST_DISTRUST_MS) : LOOK_MS;
      this.#fullSince = now;
    }
    const freed = this.#deps.reserve.free();
    if (first) this.#hooks?.full(freed);
    return freed;
  }

  /** True when nothing can be stored: reported, or seen now. What failed meanwhile failed for that. */
  isFull(): boolean {
    const free = this.freeBytes;
    if (free !== null && free < NOTHING_LEFT_BYTES)
      this.report(Object.assign(new Error(), { code: "ENOSPC" }));
    return this.#fullSince !== undefined;
  }

  /** Looks now and then from here on. Returns the function that ends it. */
  watch(hooks: DiskSpaceHooks): () => Promise<void> {
    this.#hooks = hooks;
    let ended = false;
    const arm = (ms: number) => {
      this.#forget = callAt(this.#deps.clock, this.#deps.clock.now() + ms, () => {
        void this.look().finally(() => ended || arm(LOOK_MS));
      });
    };
    arm(FIRST_LOOK_MS);
    return async () => {
      ended = true;
      this.#forget();
      await this.#looking;
    };
  }

  /**
   * Looks now: makes the reserve where there is room, notices a disk that fills up, and lets work go on; `asked` by a
   * person even if it was full a moment ago. Never rejects.
   */
  async look(asked = false): Promise<void> {
    if (asked) await this.#looking;
    this.#looking ??= this.#look(asked)
      // Whoever was told could not write: the disk is full still, and the next look tries again.
      .catch(() => {})
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  async #look(asked: boolean): Promise<void> {
    const { reserve, minFreeBytes } = this.#deps;
    const recovered = this.#fullSince !== undefined;
    if (!recovered && this.isFull()) return;
    if (!asked && this.#isDistrusted()) return;
    const free = this.freeBytes ?? Number.MAX_SAFE_INTEGER;
    this.#noticeLow(free);
    const needed = minFreeBytes + (reserve.held ? 0 : reserve.bytes);
    if (free < needed) return;
    if (reserve.bytes > 0 && !(await reserve.make())) return;
    if (this.#told && !recovered) return;
    await this.#hooks?.room({ recovered, freeBytes: free });
    this.#told = true;
    if (recovered) this.#recoveredAt = this.#deps.clock.now();
    this.#fullSince = undefined;
    this.#hooks?.open();
  }

  #isDistrusted(): boolean {
    return this.#fullSince !== undefined && this.#deps.clock.now() < this.#fullSince + this.#distrustMs;
  }

  #noticeLow(free: number): void {
    const low = free < this.#deps.minFreeBytes;
    if (low && !this.#wasLow) this.#hooks?.low();
    this.#wasLow = low;
  }
}

function mib(bytes: number): number {
  return Math.floor(bytes / 1024 ** 2);
}
