import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { HarnessError } from "@harness/protocol";
import { afterEach, expect, it } from "vitest";
import { makeRepository } from "../support/git-fixture.ts";
import { type TestApp, testApp } from "../support/test-app.ts";
import { approves, sumFiles, writesSum } from "./world.ts";

let app: TestApp | undefined;
afterEach(async () => app?.[Symbol.asyncDispose]());

const refusal = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

it("makes the example once, and its task is played by a script to a branch that is proven and reviewed [req:first.example]", async () => {
  app = await testApp();
  const { project, task } = await app.call("project/example", {});
  expect(project).toMatchObject({
    name: "example",
    root: path.join(app.dir, "data", "example"),
    settings: { validation: [{ name: "test", argv: [process.execPath, "--test"] }] },
  });
  const { task_id } = await app.call("task/create", task);
  const done = await app.settled(task_id);
  expect(done).toMatchObject({ status: "done", agent: "scripted" });
  const proof = done.evidence_history.at(-1);
  expect(proof).toMatchObject({ exit_code: 0, commit: done.head_sha });
  expect(done.review_history.map(({ agent, verdict }) => `${agent} ${verdict}`)).toEqual([
    "scripted-reviewer changes_requested",
    "scripted-reviewer approved",
  ]);
  const turns = (await app.call("cost/list", { task_id })).data;
  expect(turns.length).toBeGreaterThanOrEqual(5);
  for (const turn of turns) {
    expect(turn.model).toMatch(/^scripted-/);
    expect(turn.cost_usd).toBe(0);
  }
  // A second call changes nothing, not even what a person set since.
  await app.call("project/update", { project: "example", max_concurrent: 1 });
  const again = await app.call("project/example", {});
  expect(again.task).toEqual(task);
  expect(again.project).toMatchObject({ id: project.id, max_concurrent: 1, task_count: 1 });
  // Removed from the list, it is registered anew with the repository that is there.
  await app.call("project/delete", { project: "example" });
  expect((await app.call("project/example", {})).project).toMatchObject({
    name: "example",
    root: project.root,
  });
}, 120_000);

it("works without an agent, and offers its script to nothing else [req:first.example-only]", async () => {
  app = await testApp({ agents: {} });
  const names = (await app.call("agent/list", {})).agents.map(({ name }) => name);
  expect(names).not.toContain("scripted");
  const root = makeRepository(path.join(app.dir, "shop"), sumFiles);
  await app.call("project/create", { root, id: "shop" });
  const { task_id } = await app.call("task/create", {
    project: "shop",
    prompt: "Mend it",
    agent: "scripted",
  });
  const failed = await app.settled(task_id);
  expect(failed.error?.message).toContain("A script works on the example project only");
  expect(failed.branch).toBeNull();
}, 60_000);

it("says what is in the way of the example, and touches it not [req:first.example-in-the-way]", async () => {
  app = await testApp({ agents: { writer: writesSum, critic: approves } });
  const place = path.join(app.dir, "data", "example");
  mkdirSync(place);
  writeFileSync(path.join(place, "notes.txt"), "mine");
  const refused = await refusal(app.call("project/example", {}));
  expect(refused).toBeInstanceOf(HarnessError);
  expect(refused).toMatchObject({
    code: "not_a_repository",
    message: expect.stringContaining("Move it away"),
  });
  expect(existsSync(path.join(place, "notes.txt"))).toBe(true);
  rmSync(place, { recursive: true });
  makeRepository(place, sumFiles);
  expect(await refusal(app.call("project/example", {}))).toMatchObject({ code: "not_a_repository" });
  rmSync(place, { recursive: true });
  const root = makeRepository(path.join(app.dir, "theirs"), sumFiles);
  await app.call("project/create", { root, id: "example" });
  expect(await refusal(app.call("project/example", {}))).toMatchObject({ code: "project_exists" });
}, 60_000);
