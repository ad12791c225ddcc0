import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkoutHash, Fixture } from "./fixture.ts";

describe("the snapshot after a turn", () => {
  it.each([
    ["commits nothing", () => undefined],
    ["commits itself", (f: Fixture, tree: string) => f.commitAll(tree, "mine")],
    [
      "switches to another branch",
      (f: Fixture, tree: string) => {
        f.commitAll(tree, "mine");
        f.sh(tree, "checkout", "-q", "--orphan", "elsewhere");
        f.sh(tree, "rm", "-q", "-r", "--cached", ".");
      },
    ],
    ["stages half of it", (f: Fixture, tree: string) => f.sh(tree, "add", "README.md")],
    ["empties .git", (_: Fixture, tree: string) => rmSync(join(tree, ".git"), { recursive: true })],
    ["hides it with info/exclude", (f: Fixture, tree: string) => f.write(tree, ".git/info/exclude", "*\n")],
    [
      "marks files as unchanged",
      (f: Fixture, tree: string) =>
        f.sh(tree, "update-index", "--assume-unchanged", "--skip-worktree", "README.md"),
    ],
  ] as const)("is the same when the agent %s [req:workspaces.snapshot]", async (_, act) => {
    await using f = new Fixture();
    const opened = await f.open();
    f.write(opened.path, "README.md", "changed\n");
    f.write(opened.path, "new/file.txt", "x\n");
    act(f, opened.path);
    const shot = await f.snapshot(opened);
    expect(shot).toMatchObject({
      empty: false,
      stat: { files: 2, insertions: 2, deletions: 1 },
      skipped: [],
    });
    expect(f.mirror("rev-parse", `${shot.sha}^{tree}`).trim()).toBe(
      "c949593b56feeb95f7d4e17b6c9a27264845ff88",
    );
  });

  it.each([
    ["removed", (tree: string) => rmSync(tree, { recursive: true })],
    [
      "emptied",
      (tree: string) => {
        rmSync(tree, { recursive: true });
        mkdirSync(tree);
      },
    ],
    [
      "replaced by a link",
      (tree: string) => {
        renameSync(tree, `${tree}-moved`);
        symlinkSync("/etc", tree);
      },
    ],
    [
      "replaced by a file",
      (tree: string) => {
        rmSync(tree, { recursive: true });
        writeFileSync(tree, "");
      },
    ],
  ] as const)("says so when the agent's directory was %s [req:workspaces.gone]", async (_, act) => {
    await using f = new Fixture();
    const before = checkoutHash(f.root);
    const opened = await f.open();
    act(opened.path);
    const spec = {
      projectId: f.projectId,
      taskId: f.taskId,
      attemptId: f.attemptId,
      path: opened.path,
      message: "m",
    };
    const outcome = await f.workspaces.snapshot({
      ...spec,
      parentSha: opened.startSha,
      baseSha: opened.startSha,
    });
    expect(outcome).toEqual({ status: "workspace_gone" });
    await f.workspaces.remove(f.attemptId);
    expect(existsSync(opened.path)).toBe(false);
    expect(checkoutHash(f.root)).toBe(before);
    expect(existsSync("/etc/passwd")).toBe(true);
  });

  it("keeps within its limits and tells what was left out [req:workspaces.snapshot-limits]", async () => {
    await using f = new Fixture({
      files: { "tracked.bin": "small\n", "kept.txt": "kept\n" },
      deps: { limits: { maxFileBytes: 1000, maxNewFiles: 5 } },
    });
    const opened = await f.open();
    f.write(opened.path, "tracked.bin", Buffer.alloc(2000, 1));
    f.write(opened.path, "huge.bin", Buffer.alloc(5000, 1));
    for (let i = 0; i < 12; i += 1) f.write(opened.path, `deps/f${String(i).padStart(2, "0")}`, "x");
    execFileSync("mkfifo", [join(opened.path, "pipe")]);
    await rm(join(opened.path, "kept.txt"));
    execFileSync("mkfifo", [join(opened.path, "kept.txt")]);
    const shot = await f.snapshot(opened);
    expect(shot.skipped).toEqual(
      expect.arrayContaining([
        { path: "tracked.bin", reason: "too_large" },
        { path: "huge.bin", reason: "too_large" },
        { path: "kept.txt", reason: "special_file" },
        { path: "deps/", reason: "too_many_files", count: 7 },
      ]),
    );
    expect(f.mirror("cat-file", "blob", `${shot.sha}:tracked.bin`)).toBe("small\n");
    expect(shot.stat.files).toBe(5);
  });

  it("skips repositories inside the tree and stores what lies beside them [req:workspaces.embedded]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    f.sh(opened.path, "init", "-q", "vendored");
    f.write(opened.path, "vendored/x", "x\n");
    f.sh(opened.path, "init", "-q", "src");
    f.write(opened.path, "src/beside.txt", "y\n");
    await rm(join(opened.path, "README.md"));
    f.sh(opened.path, "init", "-q", "README.md");
    f.write(opened.path, "README.md/inner.txt", "inner\n");
    f.commitAll(join(opened.path, "README.md"), "inner");
    const shot = await f.snapshot(opened);
    // Without a commit of its own "src" is where it was: its tracked files are still taken.
    expect(f.mirror("ls-tree", "-r", "--name-only", shot.sha)).toBe("src/a.txt\nsrc/beside.txt\n");
    expect(shot.skipped).toEqual([
      { path: "README.md", reason: "embedded_repository" },
      { path: "vendored/", reason: "embedded_repository" },
    ]);
  });

  it("follows ignore rules, also those of the base an agent deletes [req:workspaces.ignore]", async () => {
    await using f = new Fixture({
      files: { ".gitignore": "build/\n*.log\n", "src/.gitignore": "gen.txt\n", "src/a": "a\n" },
    });
    f.write(f.root, "forced.log", "tracked although ignored\n");
    f.sh(f.root, "add", "-f", "forced.log");
    f.commitAll(f.root, "forced");
    const opened = await f.open();
    f.writeAll(opened.path, {
      "build/out": "x",
      "a.log": "x",
      "src/gen.txt": "x",
      "forced.log": "changed\n",
      "ok.txt": "x",
    });
    const first = await f.snapshot(opened);
    expect(names(f, opened.startSha, first.sha)).toEqual(["forced.log", "ok.txt"]);
    expect(first.skipped).toEqual([]);
    f.write(opened.path, ".gitignore", "node_modules/\n");
    f.write(opened.path, "node_modules/m/index.js", "x");
    const second = await f.snapshot(opened, first.sha);
    expect(names(f, first.sha, second.sha)).toEqual([".gitignore"]);
    expect(second.skipped).toEqual([
      { path: "a.log", reason: "ignored_at_base" },
      { path: "build/out", reason: "ignored_at_base" },
    ]);
    // Said outright, it is meant.
    f.write(opened.path, ".gitignore", "!build/\n!build/**\n");
    const third = await f.snapshot(opened, second.sha);
    expect(names(f, second.sha, third.sha)).toContain("build/out");
  });

  it("stores bytes as git would, and never loses any [req:workspaces.bytes]", async () => {
    await using f = new Fixture({
      files: {
        ".gitattributes":
          "* text=auto\n*.bat text eol=crlf\n*.bin -text\n*.utf16 working-tree-encoding=UTF-16LE\nid.txt ident\nx.dat filter=lfs\n",
        "run.bat": "a\r\nb\r\n",
        "id.txt": "$Id$\n",
        "x.dat": "version https://git-lfs.github.com/spec/v1\n",
      },
    });
    f.write(f.root, "u.utf16", Buffer.from("hello\n", "utf16le"));
    f.write(f.root, "raw.bin", Buffer.from([0, 13, 10, 255, 13]));
    f.commitAll(f.root, "encodings");
    const opened = await f.open();
    expect(readFileSync(join(opened.path, "run.bat"), "utf8")).toBe("a\r\nb\r\n");
    expect(readFileSync(join(opened.path, "u.utf16"))).toEqual(Buffer.from("hello\n", "utf16le"));
    expect(readFileSync(join(opened.path, "x.dat"), "utf8")).toContain("git-lfs");
    expect(f.sh(opened.path, "status", "--porcelain")).toBe("");
    const still = await f.snapshot(opened);
    expect(still.empty).toBe(true);
    f.write(opened.path, "run.bat", "a\r\nB\r\n");
    f.write(opened.path, "u.utf16", Buffer.from("hello you\n", "utf16le"));
    f.write(opened.path, "raw.bin", Buffer.from([0, 13, 10, 254, 13]));
    f.write(opened.path, "windows.txt", "one\r\ntwo\r\n");
    f.write(opened.path, "x.dat", Buffer.from([1, 2, 3]));
    const shot = await f.snapshot(opened);
    const blob = (path: string) => f.mirror("cat-file", "blob", `${shot.sha}:${path}`);
    expect(blob("run.bat")).toBe("a\nB\n");
    expect(blob("u.utf16")).toBe("hello you\n");
    expect(blob("windows.txt")).toBe("one\ntwo\n");
    expect(shot.stat.files).toBe(5);
    const { path } = await f.checkout(shot.sha);
    for (const file of ["run.bat", "u.utf16", "raw.bin", "x.dat"]) {
      expect(readFileSync(join(path, file))).toEqual(readFileSync(join(opened.path, file)));
    }
    // An encoding the content does not have makes git refuse the file; then every byte is stored as it is.
    f.write(opened.path, "bad.utf16", Buffer.from([0x41, 0xd8, 0x00]));
    f.write(opened.path, "windows2.txt", "one\r\n");
    const raw = await f.snapshot(opened, shot.sha);
    expect(names(f, shot.sha, raw.sha)).toEqual(["bad.utf16", "windows2.txt"]);
    expect(f.mirror("cat-file", "-s", `${raw.sha}:bad.utf16`).trim()).toBe("3");
  });

  it("keeps odd names and modes [req:workspaces.odd-names]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    const odd = [
      'tab\there "quoted"',
      "-rf",
      "--output=x",
      ":(glob)*",
      "new\nline",
      "ünï¢ode ✓",
      "$(touch x)",
      "a\\b",
    ];
    for (const name of odd) f.write(opened.path, name, name);
    f.write(opened.path, "run.sh", "#!/bin/sh\n", 0o755);
    writeFileSync(
      Buffer.concat([Buffer.from(`${opened.path}/bytes-`), Buffer.from([0xff, 0xfe])]),
      "raw name",
    );
    await chmod(join(opened.path, "README.md"), 0o755);
    const shot = await f.snapshot(opened);
    expect(shot.skipped).toEqual([]);
    expect(shot.stat.files).toBe(odd.length + 3);
    const { files } = await f.diff(opened.startSha, shot.sha);
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining([...odd, "README.md", "run.sh"]));
    const { path } = await f.checkout(shot.sha);
    const listing = (dir: string) => execFileSync("ls", ["-A", "--ignore=.git", dir], { encoding: "latin1" });
    expect(listing(path)).toBe(listing(opened.path));
  });

  it("leaves out names git cannot store [req:workspaces.odd-names]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    f.write(opened.path, "sub/.GIT/config", "[core]\n\tfsmonitor = x\n");
    f.write(opened.path, "ok", "ok");
    symlinkSync("/etc/passwd", join(opened.path, ".gitmodules"));
    const shot = await f.snapshot(opened);
    expect(names(f, opened.startSha, shot.sha)).toContain("ok");
    expect(f.mirror("ls-tree", "-r", "--name-only", shot.sha).toLowerCase()).not.toContain(".git/");
    expect(shot.skipped.map(({ reason }) => reason)).toContain("invalid_path");
  });

  it("shows what an attribute would hide from a reader [req:workspaces.diff-complete]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    f.write(opened.path, ".gitattributes", "* -diff linguist-generated\n*.txt binary\n");
    f.write(opened.path, "src/a.txt", "evil\n");
    const shot = await f.snapshot(opened);
    const diff = await f.diff(opened.startSha, shot.sha);
    expect(diff.text).toContain("+evil");
    expect(diff.files.map(({ insertions }) => insertions)).toEqual([2, 1]);
  });

  it("cuts a long diff and says so, and still lists every file [req:workspaces.diff-cap]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    f.write(opened.path, "long.txt", "é line\n".repeat(5000));
    f.write(opened.path, "z.bin", Buffer.from([0, 1, 2]));
    f.sh(opened.path, "mv", "src/a.txt", "src/moved.txt");
    const shot = await f.snapshot(opened);
    const diff = await f.diff(opened.startSha, shot.sha, 1001);
    expect(diff.cut).toBe(true);
    expect(Buffer.byteLength(diff.text)).toBeLessThanOrEqual(1001);
    expect(diff.text).not.toContain("\uFFFD");
    expect(diff.files).toEqual([
      { path: "long.txt", status: "added", insertions: 5000, deletions: 0 },
      { path: "src/moved.txt", oldPath: "src/a.txt", status: "renamed", insertions: 0, deletions: 0 },
      { path: "z.bin", status: "added", insertions: undefined, deletions: undefined },
    ]);
    const part = await f.workspaces.diff({
      projectId: f.projectId,
      from: opened.startSha,
      to: shot.sha,
      capBytes: 10_000,
      paths: ["z.bin"],
    });
    expect(part.files).toHaveLength(1);
  });

  it("takes a file for a directory and a directory for a file [req:workspaces.snapshot]", async () => {
    await using f = new Fixture({ files: { thing: "file\n", "dir/inner": "x\n" } });
    const opened = await f.open();
    await rm(join(opened.path, "thing"));
    f.write(opened.path, "thing/inner", "y\n");
    await rm(join(opened.path, "dir"), { recursive: true });
    f.write(opened.path, "dir", "now a file\n");
    const shot = await f.snapshot(opened);
    expect(f.mirror("ls-tree", "-r", "--name-only", shot.sha)).toBe("dir\nthing/inner\n");
  });
});

function names(f: Fixture, from: string, to: string): string[] {
  return f.mirror("diff", "--name-only", from, to).split("\n").filter(Boolean);
}
