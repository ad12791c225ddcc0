import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Result } from "@harness/protocol";
import { expect } from "vitest";
import type { World } from "../scenarios/world.ts";
import { userGit } from "../support/git-fixture.ts";

const hooks = ["post-checkout", "post-merge", "post-index-change", "reference-transaction", "pre-commit"];

/** Plants hooks in the user's repository that leave a mark; answers whether one ever ran. */
export function plantHooks(w: World): () => string[] {
  const marks = w.path("hooks-ran");
  mkdirSync(marks);
  const folder = path.join(w.root, ".git", "hooks");
  mkdirSync(folder, { recursive: true });
  for (const hook of hooks) {
    writeFileSync(path.join(folder, hook), `#!/bin/sh\ntouch ${marks}/${hook}\n`);
    chmodSync(path.join(folder, hook), 0o755);
  }
  return () => readdirSync(marks);
}

/** Everything of the user's repository but refs, reflogs and objects: files, HEAD, index, configuration, hooks. */
export function fingerprint(root: string): string {
  const hash = createHash("sha256");
  const walk = (dir: string) => {
    for (const entry of readdirSync(dir, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const file = path.join(dir, entry.name);
      const name = path.relative(root, file);
      if (/^\.git\/(objects|refs|logs|packed-refs)/.test(name)) continue;
      if (entry.isDirectory()) walk(file);
      else hash.update(`${name}\0`).update(readFileSync(file));
    }
  };
  walk(root);
  return hash.digest("hex");
}

/** Every ref of the user's repository with its commit. */
export function refs(root: string): string {
  return userGit(root, "for-each-ref", "--format=%(refname) %(objectname)");
}

/** Commits a file on the branch that is checked out, as the user would, without hooks. */
export function userCommit(root: string, name: string, text: string): string {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
  userGit(root, "add", "-A");
  userGit(root, "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", `user: ${name}`);
  return userGit(root, "rev-parse", "HEAD");
}

/** Runs a task that must end done. */
export async function finished(w: World): Promise<Result<"task/get"> & { branch: string; head_sha: string }> {
  const task = await w.run();
  expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
  return { ...task, branch: task.branch!, head_sha: task.head_sha! };
}

/** The code and message a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, "it was not refused").toBeInstanceOf(Error);
  return error as { code: string; message: string } & Error;
}

export function present(...parts: string[]): boolean {
  return existsSync(path.join(...parts));
}
