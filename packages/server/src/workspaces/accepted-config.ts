import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  type ConfigSnapshot,
  type GitRunner,
  isDangerousConfigKey,
  readConfigSnapshot,
} from "../git/index.ts";
import type { Repository } from "./repository.ts";

const FILE = "accepted-config.json";
const Accepted = z.record(z.string(), z.array(z.string()));

/**
 * Remembers, beside a project's mirror, which settings that could run code the user's repository had when the project was first
 * used or last accepted: those are the user's own. Only what appears later is a reason to stop.
 */
export async function rememberConfig(git: GitRunner, mirrorDir: string, repo: Repository): Promise<void> {
  const snapshot = await readConfigSnapshot(git, repo.commonDir);
  const perWorktree = await readConfigSnapshot(git, repo.commonDir, "config.worktree");
  const kept = [...snapshot, ...perWorktree].filter(([key]) => isDangerousConfigKey(key));
  const file = join(mirrorDir, FILE);
  await writeFile(`${file}.draft`, JSON.stringify(Object.fromEntries(kept)), { mode: 0o600 });
  await rename(`${file}.draft`, file);
}

/** What was remembered; nothing is accepted when there is no record. */
export async function acceptedConfig(mirrorDir: string): Promise<ConfigSnapshot> {
  const text = await readFile(join(mirrorDir, FILE), "utf8").catch(() => "{}");
  return new Map(Object.entries(Accepted.parse(JSON.parse(text))));
}
