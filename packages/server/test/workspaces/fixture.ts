import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Clock, createIdFactory } from "@harness/protocol";
import { GitRunner } from "../../src/git/index.ts";
import { ProcessRunner } from "../../src/process/index.ts";
import { type OpenedWorkspace, Workspaces, type WorkspacesDeps } from "../../src/workspaces/index.ts";
import { removeTree } from "../../src/workspaces/remove-tree.ts";

const clock: Clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };

/** A user's repository, a data directory and the workspaces over them, in one temp directory that goes with it. */
export class Fixture implements AsyncDisposable {
  readonly dir = mkdtempSync(join(tmpdir(), "harness-ws-"));
  readonly root = join(this.dir, "user");
  readonly dataDir = join(this.dir, "data");
  /** Traps write a file here when they fire. */
  readonly fired = join(this.dir, "fired");
  readonly newId = createIdFactory(() => Date.now());
  readonly projectId = this.newId("project");
  readonly taskId = this.newId("task");
  readonly attemptId = this.newId("attempt");
  readonly git: GitRunner;
  readonly workspaces: Workspaces;

  constructor(
    options: { files?: Record<string, string>; deps?: Partial<WorkspacesDeps>; objectFormat?: string } = {},
  ) {
    mkdirSync(this.root);
    mkdirSync(this.fired);
    this.sh(this.root, "init", "-q", "-b", "main", `--object-format=${options.objectFormat ?? "sha1"}`);
    this.writeAll(this.root, options.files ?? { "README.md": "hello\n", "src/a.txt": "one\ntwo\n" });
    this.commitAll(this.root, "first");
    const runner = new ProcessRunner({ clock, ledgerDir: join(this.dataDir, "processes"), killGraceMs: 500 });
    this.git = new GitRunner({
      runner,
      env: { PATH: process.env["PATH"]! },
      stateDir: join(this.dataDir, "git"),
    });
    this.workspaces = new Workspaces({ git: this.git, dataDir: this.dataDir, clock, ...options.deps });
  }

  /** Runs git as the user or the agent would: with hooks, configuration and all. */
  sh(cwd: string, ...args: string[]): string {
    const env = { PATH: process.env["PATH"]!, HOME: this.dir, GIT_CONFIG_NOSYSTEM: "1" };
    const who = ["-c", "gc.auto=0", "-c", "user.name=Someone", "-c", "user.email=someone@example.org"];
    return execFileSync("git", [...who, ...args], {
      cwd,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  write(dir: string, path: string, content: string | Buffer, mode = 0o644): void {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
    chmodSync(join(dir, path), mode);
  }

  writeAll(dir: string, files: Record<string, string>): void {
    for (const [path, content] of Object.entries(files)) this.write(dir, path, content);
  }

  commitAll(dir: string, message: string): string {
    this.sh(dir, "add", "-A");
    this.sh(dir, "commit", "-q", "--allow-empty", "-m", message);
    return this.sh(dir, "rev-parse", "HEAD").trim();
  }

  /** Refreshes the mirror and opens the workspace of the fixture's attempt. */
  async open(
    more: { copyFiles?: string[]; attemptId?: string; startSha?: string } = {},
  ): Promise<OpenedWorkspace> {
    const { baseSha } = await this.workspaces.refreshMirror({
      projectId: this.projectId,
      root: this.root,
      base: "main",
    });
    return this.workspaces.open({
      projectId: this.projectId,
      attemptId: this.attemptId,
      taskId: this.taskId,
      startSha: baseSha,
      root: this.root,
      baseBranch: "main",
      ...more,
    });
  }

  /** Takes a snapshot of an opened workspace; the tree must be there. */
  async snapshot(opened: OpenedWorkspace, parentSha = opened.startSha) {
    const outcome = await this.workspaces.snapshot({
      projectId: this.projectId,
      taskId: this.taskId,
      attemptId: this.attemptId,
      path: opened.path,
      parentSha,
      baseSha: opened.startSha,
      message: "Turn",
    });
    if (outcome.status !== "ok") throw new Error(`The snapshot said ${outcome.status}.`);
    return outcome;
  }

  publish(sha: string, branch = "harness/done-1") {
    return this.workspaces.publish({ projectId: this.projectId, root: this.root, sha, branch });
  }

  checkout(sha: string, purpose: "validate" | "review" = "validate") {
    return this.workspaces.checkout({ projectId: this.projectId, attemptId: this.attemptId, sha, purpose });
  }

  diff(from: string, to: string, capBytes = 1 << 20) {
    return this.workspaces.diff({ projectId: this.projectId, from, to, capBytes });
  }

  /** The mirror, for looking at it with git. */
  mirror(...args: string[]): string {
    return this.sh(this.dir, "--git-dir", join(this.dataDir, "mirrors", `${this.projectId}.git`), ...args);
  }

  firedTraps(): string[] {
    return readdirSync(this.fired);
  }

  /** A shell command that leaves a file named after the trap. */
  trap(name: string): string {
    return `touch ${join(this.fired, name)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.dir);
  }
}

/** A hash over everything of a checkout that must never change: files, HEAD, index, configuration, hooks, refs other than `except`. */
export function checkoutHash(root: string, except: readonly string[] = []): string {
  const hash = createHash("sha256");
  const visit = (path: string, name: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const full = join(path, entry.name);
      const shown = `${name}/${entry.name}`;
      if (/^\/\.git\/(objects|logs)$/.test(shown) || except.some((skipped) => shown.startsWith(skipped)))
        continue;
      if (entry.isDirectory()) visit(full, shown);
      else
        hash
          .update(`${shown}\0${entry.isSymbolicLink() ? readlinkSync(full) : ""}\0`)
          .update(content(full, entry.isFile()));
    }
  };
  visit(root, "");
  return hash.digest("hex");
}

function content(path: string, isFile: boolean): Buffer {
  return isFile && existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}
