import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { world } from "../scenarios/world.ts";
import { userGit } from "../support/git-fixture.ts";

const files = {
  "src/main.ts": "1",
  "src/remain.ts": "2",
  "docs/Main page.md": "3",
  "-x/$(touch y).ts": "4",
};

it("paths of the repository are found by some of their letters, on every branch [req:web-api.files]", async () => {
  await using w = await world({ files });
  const ask = (params: object) => w.call("project/files", { project: "app", ...params });
  const commit = userGit(w.root, "rev-parse", "main");
  const all = ["-x/$(touch y).ts", "docs/Main page.md", "src/main.ts", "src/remain.ts"];
  expect(await ask({})).toEqual({ ref: "main", commit, paths: all, total: 4, has_more: false });
  expect(await ask({ query: "mainp" })).toMatchObject({ paths: ["docs/Main page.md"] });
  expect(await ask({ query: "main", limit: 1 })).toMatchObject({
    paths: ["src/main.ts"],
    total: 3,
    has_more: true,
  });
  userGit(w.root, "branch", "more");
  userGit(w.root, "checkout", "--quiet", "more");
  userGit(w.root, "rm", "--quiet", "src/main.ts");
  userGit(w.root, "commit", "--quiet", "-m", "less");
  expect((await ask({ query: "src/main", ref: "more" })).paths).toEqual(["src/remain.ts"]);
  expect((await ask({ query: "src/main" })).paths[0]).toBe("src/main.ts");
  await expect(ask({ ref: "nowhere" })).rejects.toMatchObject({ code: "invalid_ref" });
  await expect(ask({ ref: "--upload-pack=x" })).rejects.toMatchObject({ code: "invalid_params" });
  await expect(ask({ limit: 201 })).rejects.toMatchObject({ code: "invalid_params" });
  await expect(w.call("project/files", { project: "none" })).rejects.toMatchObject({
    code: "project_not_found",
  });
  rmSync(w.root, { recursive: true });
  await expect(ask({})).rejects.toMatchObject({ code: "not_a_repository" });
});
