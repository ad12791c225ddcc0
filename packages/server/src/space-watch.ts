import type { NewEvent } from "@harness/protocol";
import type { Ground } from "./ground.ts";
import type { Orchestrator } from "./orchestrator/index.ts";

/** What acts when the disk fills up. */
export type SpaceKeepers = Pick<Ground, "space" | "log" | "logger"> & {
  readonly orchestrator: Pick<Orchestrator, "pauseForSpace" | "goOnWithSpace" | "wake">;
  /** Deletes what can be made again. Never rejects. */
  readonly clean: () => Promise<void>;
};

/**
 * Joins the watch of the disk with what it stops and starts: on a full disk work is paused, caches go and the disk is
 * looked at again; with room the waiting work goes on. Returns the function that ends it.
 */
export function watchSpace({ space, log, logger, orchestrator, clean }: SpaceKeepers): () => Promise<void> {
  const note = (event: NewEvent) => log.write((tx) => tx.append(event));
  const cleanAndLook = () => void clean().then(() => space.look());
  return space.watch({
    full(reserve_freed) {
      logger.error({ reserve_freed }, "the disk of the data directory is full: work is paused");
      orchestrator.pauseForSpace();
      void note({ type: "storage.full", actor: "harness", data: { reserve_freed } }).catch((error: unknown) =>
        logger.error({ err: error }, "no room to record that the disk is full"),
      );
      cleanAndLook();
    },
    low() {
      logger.warn({ free_bytes: space.freeBytes }, "little space is left in the data directory");
      cleanAndLook();
    },
    async room({ recovered, freeBytes }) {
      if (recovered)
        await note({ type: "storage.recovered", actor: "harness", data: { free_bytes: freeBytes } });
      await orchestrator.goOnWithSpace();
    },
    open: () => orchestrator.wake(),
  });
}
