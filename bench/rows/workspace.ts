import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createIdFactory, systemClock } from "@harness/protocol";
import { GitRunner } from "../../packages/server/src/git/index.ts";
import { ProcessRunner } from "../../packages/server/src/process/index.ts";
import { Workspaces } from "../../packages/server/src/workspaces/index.ts";
import { makeRepository } from "../big-repository.ts";
import { median, timed, withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";

const FILES = 10_000;
const ROUNDS = 5;
const MOST = 1.3;

/** A workspace of one's own must cost little more than the clone it is. */
export const row: BenchRow = {
  id: "bench.workspace",
  title: "workspace ready, 10k-file repository",
  goal: `≤ ${MOST} × git clone --no-hardlinks`,
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const root = join(folder, "repository");
  mkdirSync(root);
  makeRepository(root, FILES);
  const path = process.env["PATH"] ?? "";
  const dataDir = join(folder, "data");
  const runner = new ProcessRunner({
    clock: systemClock,
    ledgerDir: join(dataDir, "processes"),
    killGraceMs: 1000,
  });
  const git = new GitRunner({ runner, env: { PATH: path }, stateDir: join(dataDir, "git") });
  const workspaces = new Workspaces({ git, dataDir, clock: systemClock });
  const newId = createIdFactory(() => systemClock.now());
  const projectId = newId("project");
  const { baseSha } = await workspaces.refreshMirror({ projectId, root, base: "main" });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const clone = join(folder, `clone-${round}`);
    theirs.push(
      await timed(async () =>
        execFileSync("git", ["clone", "-q", "--no-hardlinks", root, clone], { cwd: folder }),
      ),
    );
    const attemptId = newId("attempt");
    ours.push(
      await timed(async () => {
        await workspaces.refreshMirror({ projectId, root, base: "main" });
        await workspaces.open({ projectId, attemptId, taskId: newId("task"), startSha: baseSha, root });
      }),
    );
    await workspaces.remove(attemptId);
  }
  const value = median(ours);
  const floor = median(theirs);
  return {
    value,
    unit: "ms",
    floor: { name: "git clone --no-hardlinks", value: floor },
    met: value <= MOST * floor,
    note: `${(value / floor).toFixed(2)} × the clone, mirror check included`,
  };
}
