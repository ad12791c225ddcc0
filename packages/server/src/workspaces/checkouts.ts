import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { checkObjectId } from "../git/index.ts";
import { type CloneDeps, makeClone } from "./clone.ts";
import { exists } from "./files.ts";
import { removeTree } from "./remove-tree.ts";
import type { CheckoutPurpose } from "./workspace.ts";

const BATCH = 64;

/** A clean checkout to make. */
export interface CheckoutSpec {
  readonly projectId: string;
  readonly attemptId: string;
  readonly sha: string;
  readonly purpose: CheckoutPurpose;
  readonly signal?: AbortSignal;
}

/**
 * Makes a clean clone at exactly one commit. For validation it is new each time, whatever an earlier run left; for review its files are
 * read-only and a finished one is used again. Others of the same purpose are removed.
 */
export async function makeCheckout(deps: CloneDeps, spec: CheckoutSpec): Promise<{ readonly path: string }> {
  checkObjectId(spec.sha);
  const path = deps.layout.checkout(spec.attemptId, spec.purpose, spec.sha);
  const done = `${path}.done`;
  if (spec.purpose === "review" && (await exists(done))) return { path };
  await dropCheckouts(deps.layout.checkouts(spec.attemptId), spec.purpose);
  await makeClone(deps, { ...spec, tree: path });
  if (spec.purpose === "review") {
    await setReadOnly(path);
    await mkdir(done);
  }
  return { path };
}

// The mark goes first: a half-removed checkout must not pass for a finished one.
async function dropCheckouts(dir: string, purpose: CheckoutPurpose): Promise<void> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.startsWith(`${purpose}-`));
  for (const name of names.sort((a, b) => b.length - a.length)) await removeTree(join(dir, name));
}

// The sandbox mounts it read-only as well; this holds also where there is none.
async function setReadOnly(dir: string): Promise<void> {
  const entries = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.name !== ".git");
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(dir, entry.name));
  for (let i = 0; i < files.length; i += BATCH) {
    await Promise.all(
      files.slice(i, i + BATCH).map(async (file) => chmod(file, (await lstat(file)).mode & 0o555)),
    );
  }
  for (const entry of entries) if (entry.isDirectory()) await setReadOnly(join(dir, entry.name));
  await chmod(dir, 0o555);
}
