import { link, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PathRefused, WorkspaceFiles } from "../../src/agents/api/workspace-files.ts";

describe("the file tools of a workspace", () => {
  let root: string;
  let files: WorkspaceFiles;
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "workspace-files-"));
    for (const folder of ["w", "w-evil", "outside"]) await mkdir(path.join(root, folder));
    await writeFile(path.join(root, "outside", "secret"), "secret");
    await writeFile(path.join(root, "w-evil", "secret"), "secret");
    await writeFile(path.join(root, "w", "a.txt"), "inside");
    files = await WorkspaceFiles.open(path.join(root, "w"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("reads and writes inside", async () => {
    await files.write("deep/er/b.txt", "b");
    expect(await files.read("deep/er/b.txt")).toBe("b");
    expect((await files.list(".")).files).toEqual(["a.txt", "deep/er/b.txt"]);
  });

  it("refuses every way out of the workspace [req:agents.workspace-paths]", async () => {
    await symlink(path.join(root, "outside", "secret"), path.join(root, "w", "leak"));
    await symlink(path.join(root, "outside"), path.join(root, "w", "door"));
    const ways = [
      "../outside/secret",
      "../w-evil/secret",
      path.join(root, "outside", "secret"),
      "leak",
      "door/secret",
    ];
    for (const way of [...ways, "a.txt\0", "door/../../outside/secret"]) {
      await expect(files.read(way), way).rejects.toThrow(PathRefused);
      await expect(files.write(way, "escaped"), way).rejects.toThrow(PathRefused);
    }
    await expect(files.write("door/new/file", "escaped")).rejects.toThrow(PathRefused);
    await expect(files.list("door")).rejects.toThrow(PathRefused);
    expect(await readFile(path.join(root, "outside", "secret"), "utf8")).toBe("secret");
    await expect(stat(path.join(root, "outside", "new"))).rejects.toThrow();
  });

  it("changes a hard link's file here and nowhere else [req:agents.workspace-paths]", async () => {
    await link(path.join(root, "outside", "secret"), path.join(root, "w", "twin"));
    await files.write("twin", "changed");
    expect(await readFile(path.join(root, "outside", "secret"), "utf8")).toBe("secret");
    expect(await files.read("twin")).toBe("changed");
  });

  it("does not edit git's own files [req:agents.workspace-paths]", async () => {
    for (const name of [".git/hooks/pre-commit", ".GIT/config", "sub/.git/config", "x/../.git/config"])
      await expect(files.write(name, "#!/bin/sh"), name).rejects.toThrow(PathRefused);
  });

  it("does not read pipes, devices or directories as files", async () => {
    await expect(files.read(".")).rejects.toThrow();
  });

  it("keeps the mode of a file it replaces", async () => {
    await writeFile(path.join(root, "w", "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
    await files.write("run.sh", "#!/bin/sh\necho\n");
    expect((await stat(path.join(root, "w", "run.sh"))).mode & 0o777).toBe(0o755);
  });
});
