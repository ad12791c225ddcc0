import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fixture } from "./fixture.ts";

/** Something an agent can leave in its tree so that a careless git command of somebody else starts a program. */
export interface Trap {
  readonly name: string;
  /** Plants it in a working tree that has its own `.git`. */
  readonly plant: (f: Fixture, tree: string) => void;
  /** A careless command that the trap catches, to prove that it is sharp; absent where it takes a network or a newer git. */
  readonly careless?: (f: Fixture, tree: string) => void;
}

const HOOKS = [
  "applypatch-msg",
  "commit-msg",
  "fsmonitor-watchman",
  "post-checkout",
  "post-commit",
  "post-index-change",
  "post-merge",
  "pre-auto-gc",
  "pre-commit",
  "pre-push",
  "prepare-commit-msg",
  "proc-receive",
  "reference-transaction",
  "update",
];

/** Every row of SAFETY.md part B, and what else an agent that owns a tree can put there. */
export const traps: readonly Trap[] = [
  {
    name: "fsmonitor",
    plant: (f, tree) => config(f, tree, "core.fsmonitor", f.trap("fsmonitor")),
    careless: (f, tree) => f.sh(tree, "status"),
  },
  {
    name: "hooks",
    plant: (f, tree) => plantHooks(f, join(tree, ".git/hooks"), "hooks"),
    careless: carelessCommit,
  },
  {
    name: "hooks-path",
    plant: (f, tree) => {
      plantHooks(f, join(tree, ".husky"), "hooks-path");
      config(f, tree, "core.hooksPath", ".husky");
    },
    careless: carelessCommit,
  },
  {
    name: "filter",
    plant: (f, tree) => {
      for (const key of ["clean", "smudge", "process"])
        config(f, tree, `filter.x.${key}`, `${f.trap("filter")}; cat`);
      config(f, tree, "filter.x.required", "true");
      f.write(tree, ".gitattributes", "* filter=x\n");
    },
    careless: (f, tree) => ignoringFailure(() => f.sh(tree, "add", "-A")),
  },
  {
    name: "diff-driver",
    plant: (f, tree) => {
      config(f, tree, "diff.y.textconv", `${f.trap("diff-driver")}; cat`);
      config(f, tree, "diff.y.command", f.trap("diff-driver"));
      config(f, tree, "diff.external", f.trap("diff-driver"));
      f.write(tree, ".gitattributes", "* diff=y\n");
      f.write(tree, "README.md", "changed\n");
    },
    careless: (f, tree) => ignoringFailure(() => f.sh(tree, "diff")),
  },
  {
    name: "git-file",
    plant: (f, tree) => {
      rmSync(join(tree, ".git"), { recursive: true });
      f.sh(tree, "init", "-q", "--bare", "fake");
      f.sh(join(tree, "fake"), "config", "core.bare", "false");
      f.sh(join(tree, "fake"), "config", "core.fsmonitor", f.trap("git-file"));
      writeFileSync(join(tree, ".git"), "gitdir: fake\n");
    },
    careless: (f, tree) => f.sh(tree, "status"),
  },
  {
    name: "git-link",
    plant: (f, tree) => {
      rmSync(join(tree, ".git"), { recursive: true });
      f.sh(tree, "init", "-q", "other");
      f.sh(join(tree, "other"), "config", "core.fsmonitor", f.trap("git-link"));
      symlinkSync("other/.git", join(tree, ".git"));
    },
    careless: (f, tree) => f.sh(tree, "status"),
  },
  {
    name: "bare-in-subdirectory",
    plant: (f, tree) => {
      f.sh(tree, "init", "-q", "--bare", "src/bare");
      const bare = join(tree, "src/bare");
      f.sh(bare, "config", "core.bare", "false");
      f.sh(bare, "config", "core.worktree", tree);
      f.sh(bare, "config", "core.fsmonitor", f.trap("bare-in-subdirectory"));
    },
    careless: (f, tree) => f.sh(join(tree, "src/bare"), "status"),
  },
  {
    name: "embedded-repository",
    plant: (f, tree) => {
      for (const dir of ["vendored", "src"]) {
        f.sh(tree, "init", "-q", dir);
        f.write(tree, `${dir}/inner.txt`, "inner\n");
        f.commitAll(join(tree, dir), "inner");
        f.sh(join(tree, dir), "config", "core.fsmonitor", f.trap("embedded-repository"));
        plantHooks(f, join(tree, dir, ".git/hooks"), "embedded-repository");
      }
    },
    careless: (f, tree) => f.sh(join(tree, "vendored"), "status"),
  },
  {
    name: "transport",
    plant: (f, tree) => {
      config(f, tree, "core.sshCommand", f.trap("transport"));
      config(f, tree, "core.gitProxy", f.trap("transport"));
      config(f, tree, "credential.helper", `!${f.trap("transport")}`);
      config(f, tree, "protocol.ext.allow", "always");
      config(f, tree, `url.ext::${f.trap("transport")} .insteadOf`, "/");
      for (const remote of ["origin", join(f.dataDir, "mirrors", `${f.projectId}.git`)]) {
        config(f, tree, `remote.${remote}.url`, f.root);
        config(f, tree, `remote.${remote}.uploadpack`, `${f.trap("transport")};git-upload-pack`);
        config(f, tree, `remote.${remote}.receivepack`, `${f.trap("transport")};git-receive-pack`);
      }
    },
    careless: (f, tree) => ignoringFailure(() => f.sh(tree, "fetch", "origin")),
  },
  {
    name: "signing",
    plant: (f, tree) => {
      f.write(tree, "sign.sh", `#!/bin/sh\n${f.trap("signing")}\n`, 0o755);
      config(f, tree, "commit.gpgSign", "true");
      config(f, tree, "gpg.program", join(tree, "sign.sh"));
      config(f, tree, "log.showSignature", "true");
      config(f, tree, "core.editor", f.trap("signing"));
      config(f, tree, "core.pager", f.trap("signing"));
      config(f, tree, "alias.commit-tree", `!${f.trap("signing")}`);
    },
    careless: (f, tree) => ignoringFailure(() => f.sh(tree, "commit", "--allow-empty", "-m", "x")),
  },
  {
    name: "include",
    plant: (f, tree) => {
      f.write(tree, "evil.cfg", `[core]\n\tfsmonitor = ${f.trap("include")}\n`);
      config(f, tree, "include.path", "../evil.cfg");
    },
    careless: (f, tree) => f.sh(tree, "status"),
  },
  {
    name: "submodule",
    plant: (f, tree) => {
      const lines = `[submodule "x"]\n\tpath = "src/x\\r"\n\turl = "ext::sh -c ${f.trap("submodule")}"\n\tupdate = !${f.trap("submodule")}\n`;
      f.write(tree, ".gitmodules", `${lines}[submodule "-u"]\n\tpath = -u\n\turl = -u./x\n`);
    },
  },
  {
    name: "alternates",
    plant: (f, tree) => {
      f.write(tree, ".git/objects/info/alternates", `${f.root}/.git/objects\n`);
      config(f, tree, "core.alternateRefsCommand", f.trap("alternates"));
      f.sh(tree, "update-ref", "refs/heads/main", "HEAD");
      const blob = f.sh(tree, "hash-object", "-w", "README.md").trim();
      f.write(tree, `.git/refs/replace/${blob}`, `${blob}\n`);
    },
  },
  {
    name: "broken-git",
    plant: (f, tree) => {
      f.write(tree, ".git/HEAD", "nonsense");
      f.write(tree, ".git/config", `[core\n fsmonitor = ${f.trap("broken-git")}`);
      f.write(tree, ".git/index", "garbage");
    },
  },
  {
    name: "no-git",
    plant: (f, tree) => {
      rmSync(join(tree, ".git"), { recursive: true });
      // Above the tree lies no repository of the user's; one planted there must not be found either.
      plantHooks(f, join(f.dataDir, "workspaces", ".git", "hooks"), "no-git");
    },
  },
  {
    name: "link-for-ignore-file",
    plant: (f, tree) => {
      symlinkSync(join(f.root, "README.md"), join(tree, ".gitignore"));
      symlinkSync("/etc/passwd", join(tree, ".gitattributes"));
    },
  },
];

/** Every hook git knows, each leaving a mark. */
export function plantHooks(f: Fixture, dir: string, name: string): void {
  mkdirSync(dir, { recursive: true });
  for (const hook of HOOKS) f.write(dir, hook, `#!/bin/sh\n${f.trap(name)}\n`, 0o755);
}

/** Forgets what fired so far. */
export function forgetFired(f: Fixture): void {
  for (const name of readdirSync(f.fired)) unlinkSync(join(f.fired, name));
}

function config(f: Fixture, tree: string, key: string, value: string): void {
  if (!existsSync(join(tree, ".git"))) throw new Error("No .git to configure.");
  const file = join(tree, ".git/config");
  f.sh(f.dir, "config", "--file", file, key, value);
}

function carelessCommit(f: Fixture, tree: string): void {
  ignoringFailure(() => f.sh(tree, "commit", "--no-verify", "--allow-empty", "-m", "x"));
}

function ignoringFailure(work: () => unknown): void {
  try {
    work();
  } catch {
    // A trap's program is no real driver, so the command may fail after starting it.
  }
}
