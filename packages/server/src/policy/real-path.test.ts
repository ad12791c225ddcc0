import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { isPlainInside, realPath } from "./real-path.ts";

it("a path in a directory is plain when no link is on its way, whatever exists of it [req:policy.starlark]", async () => {
  const root = mkdtempSync(path.join(tmpdir(), "harness-real-path-"));
  try {
    mkdirSync(path.join(root, "a/b"), { recursive: true });
    writeFileSync(path.join(root, "a/file"), "");
    symlinkSync("/etc", path.join(root, "a/out"));
    symlinkSync("b", path.join(root, "a/in"));
    const plain = (name: string) => isPlainInside(root, path.resolve(root, name));
    expect(["a", "a/b", "a/b/new/file", "a/file", "new"].filter((name) => !plain(name))).toEqual([]);
    const others = ["a/out", "a/out/passwd", "a/in/x", "a/file/x", ".", "..", "../else", "/etc/passwd"];
    expect(others.filter(plain)).toEqual([]);
    expect(await realPath(path.join(root, "a/out/passwd"))).toBe("/etc/passwd");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
