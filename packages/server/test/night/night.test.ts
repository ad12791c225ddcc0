import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { HarnessClient } from "@harness/client";
import type { Event, Result } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/testing/scripted-model.ts";
import { logIn, vendorPrograms } from "../agents/world.ts";
import { userGit } from "../support/git-fixture.ts";
import { allEvents, processesOf, verifyInvariants } from "../support/invariants.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";
import {
  EVENING,
  makeRepositories,
  NIGHT_LIST,
  nightScenario,
  openInbox,
  QUOTA_BACK,
  until,
} from "./night-world.ts";

const programs = vendorPrograms();
const HOUR = 3_600_000;
const MORNING = Date.parse("2026-12-02T07:00:00Z");

/** What a webhook of ours carries, as far as this test reads it. */
const Told = z.object({
  items: z.array(z.object({ kind: z.string(), task_id: z.string().nullable() })),
});

describe.skipIf(programs === undefined)("a night with nobody watching, in fast-forward", () => {
  it("does five tasks of three repositories, is killed twice, and tells the whole truth in the morning [req:night.whole]", {
    timeout: 240_000,
  }, async () => {
    const dir = testDir("night");
    const repositories = makeRepositories(dir);
    const before = Object.values(repositories).map(fingerprint);
    await using inbox = await openInbox();
    let model = await startScriptedModel({ scenario: nightScenario("used up") });
    const port = Number(new URL(model.url).port);
    logIn(dir, model.url);
    let now = EVENING;
    const start = (): Promise<ServerProcess> =>
      startServerProcess({
        dir,
        clock: now,
        config: nightConfig(model.url, inbox.url),
        env: { ANTHROPIC_BASE_URL: model.url, TZ: "UTC" },
      });
    let server = await start();
    const advanceTo = async (time: number) => {
      await server.advance(time - now);
      now = time;
    };
    try {
      await registerProjects(server.client, repositories);
      const list = await server.client.call("task/submit_list", { text: NIGHT_LIST, format: "markdown" });
      expect(list.tasks.map(({ project }) => project)).toEqual(["alpha", "alpha", "beta", "beta", "gamma"]);
      const [sum, readme, product, greedy, greeting] = list.tasks.map(({ task_id }) => String(task_id));
      const ids = { sum, readme, product, greedy, greeting } as Record<keyof typeof expected, string>;

      // Killed in the middle of the first turn.
      await until(server.client, (event) => event.type === "turn.started" && event.task_id === ids.sum);
      await server.kill("SIGKILL");
      server = await start();
      await settled(server.client, {
        [ids.sum]: "done",
        [ids.readme]: "done",
        [ids.product]: "waiting",
        [ids.greedy]: "budget_exhausted",
        [ids.greeting]: "waiting",
      });

      // Killed again while an account is parked; nothing is tried before its time.
      await advanceTo(EVENING + 3 * HOUR);
      await server.kill("SIGKILL");
      const asked = model.requests.length;
      server = await start();
      await advanceTo(QUOTA_BACK - 1);
      expect(model.requests.length).toBe(asked);
      const evening = model.requests;
      await model.close();
      model = await startScriptedModel({ scenario: nightScenario("back"), port });
      await advanceTo(QUOTA_BACK + HOUR);
      await settled(server.client, { [ids.product]: "done" });
      await advanceTo(MORNING);

      const report = await server.client.call("report/create", {
        since: new Date(EVENING).toISOString(),
      });
      expectReport(report, ids);
      await expectTruth(server.client, ids, [...evening, ...model.requests]);
      await verifyInvariants({
        client: server.client,
        dataDir: path.join(dir, "data"),
        root: repositories,
      });
      expect(Object.values(repositories).map(fingerprint)).toEqual(before);
      expectTold(inbox.bodies, ids);
    } finally {
      await server.kill("SIGKILL");
      await model.close();
      expect(processesOf(path.join(dir, "data"))).toEqual([]);
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

/** The tasks of the night by name, with how each ends. */
const expected = {
  sum: "done",
  readme: "done",
  product: "done",
  greedy: "budget_exhausted",
  greeting: "waiting",
} as const;
type Ids = Record<keyof typeof expected, string>;

function nightConfig(url: string, inbox: string): string {
  return [
    "[agents.claude]",
    `cli_path = ${JSON.stringify(programs?.claude)}`,
    'default_model = "scripted-night"',
    "[agents.codex]",
    `cli_path = ${JSON.stringify(programs?.codex)}`,
    'default_model = "scripted-night"',
    "[agents.openai_api]",
    `base_url = "${url}/v1"`,
    'default_model = "scripted-night"',
    "[concurrency]",
    "max_concurrent_tasks = 2",
    "[night]",
    'timezone = "UTC"',
    "[[notify.channels]]",
    'name = "me"',
    'type = "webhook"',
    `url = "${inbox}"`,
  ].join("\n");
}

/** What a program of ours may never change in a user's checkout. */
function fingerprint(root: string): string {
  const files = [".git/HEAD", ".git/index", ".git/config"].map((file) =>
    createHash("sha256")
      .update(readFileSync(path.join(root, file)))
      .digest("hex"),
  );
  return [...files, userGit(root, "status", "--porcelain=v1"), userGit(root, "rev-parse", "HEAD")].join("\n");
}

async function registerProjects(
  client: HarnessClient,
  repositories: ReturnType<typeof makeRepositories>,
): Promise<void> {
  const validation = [{ name: "check", argv: ["node", "check.mjs"] }];
  await client.call("project/create", { root: repositories.alpha, id: "alpha", validation });
  await client.call("project/create", { root: repositories.beta, id: "beta", validation, max_concurrent: 2 });
  // Nothing proves work in gamma: it waits for a person.
  await client.call("project/create", { root: repositories.gamma, id: "gamma", validation: [] });
}

/** Waits until every task stands as it should and no attempt runs. */
async function settled(client: HarnessClient, wanted: Readonly<Record<string, string>>): Promise<void> {
  const stands = async () => {
    const tasks = await Promise.all(
      Object.keys(wanted).map((task_id) => client.call("task/get", { task_id })),
    );
    const wrong = tasks.filter(
      (task) =>
        task.status !== wanted[task.id] ||
        task.attempt_history.some((attempt) => attempt.status === "running"),
    );
    return wrong.length === 0;
  };
  let seen = 0;
  while (!(await stands())) {
    const event = await until(client, (one) => /^(attempt|task)\./.test(one.type), seen).catch(
      async (error: unknown) => {
        const { data } = await client.call("task/list", {});
        const lines = data.map(
          (task) =>
            `${task.title}: ${task.status}, ${task.block_reason?.message ?? task.error?.message ?? ""}`,
        );
        throw new Error(`The tasks do not settle:\n${lines.join("\n")}`, { cause: error });
      },
    );
    seen = event.seq;
  }
}

/** Every line of the morning page, against what happened. */
function expectReport(report: Result<"report/create">, ids: Ids): void {
  expect(report.counts).toMatchObject({
    finished: 3,
    needs_you: 1,
    failed: 1,
    running: 0,
    queued: 0,
    waiting: 0,
  });
  const finished = Object.fromEntries(report.finished.map((line) => [line.task_id, line]));
  expect(Object.keys(finished).sort()).toEqual([ids.sum, ids.readme, ids.product].sort());
  for (const [name, by] of [
    ["sum", "openai_api"],
    ["readme", "openai_api"],
    ["product", "claude"],
  ] as const) {
    expect(finished[ids[name]], name).toMatchObject({
      status: "done",
      branch: expect.stringContaining("harness/"),
      evidence: { state: "passed", commands: ["check"], counts: { passed: 1, failed: 0 } },
      review: { state: "approved", agent: by, rounds: 1 },
      command: expect.stringContaining("harness task accept"),
    });
  }
  expect(report.needs_you).toMatchObject([
    {
      task_id: ids.greeting,
      project: "gamma",
      code: "no_validation",
      command: expect.stringContaining("gamma"),
    },
  ]);
  expect(report.failed).toMatchObject([
    {
      task_id: ids.greedy,
      status: "budget_exhausted",
      error: { code: "budget_exhausted", message: expect.stringContaining("5000 tokens") },
      head_sha: expect.any(String),
      command: expect.stringContaining(`harness task retry ${ids.greedy}`),
    },
  ]);
  expect(report.going_on).toEqual([]);
  expect(report.accounts).toMatchObject([{ account: "codex", state: "ok", parked: 1, stopped: 0, woken: 1 }]);
  expect(report.server).toMatchObject({ starts: 3, crashes: 2 });
  const alpha = report.landing.find(({ project }) => project === "alpha");
  expect(alpha?.conflicts).toEqual([]);
  expect(alpha?.order.map(({ task_id, outcome }) => [task_id, outcome])).toEqual([
    [ids.sum, "lands"],
    [ids.readme, "lands"],
  ]);
  expect(report.cut).toEqual([]);
}

/**
 * Nothing ran twice: every role did its turn well once, and what was begun besides was killed with the server or met
 * the quota. The model was asked for no more than these turns.
 */
async function expectTruth(
  client: HarnessClient,
  ids: Ids,
  requests: ScriptedModel["requests"],
): Promise<void> {
  const tasks = await Promise.all(Object.values(ids).map((task_id) => client.call("task/get", { task_id })));
  const byName = Object.fromEntries(Object.keys(ids).map((name, at) => [name, tasks[at]!]));
  for (const [name, task] of Object.entries(byName)) {
    expect(task.status, name).toBe(expected[name as keyof Ids]);
    for (const role of ["implementer", "reviewer"]) {
      const turns = task.turns.filter((turn) => turn.role === role);
      const good = turns.filter((turn) => turn.status === "completed").length;
      const reviewed = task.status === "done";
      expect(good, `${role} of ${name}`).toBe(
        name === "greedy" || (role === "reviewer" && !reviewed) ? 0 : 1,
      );
      const lost = turns.filter((turn) => turn.status === "failed").map((turn) => turn.failure?.code);
      const reasons = name === "product" && role === "implementer" ? ["crashed", "quota"] : ["crashed"];
      expect(
        lost.filter((code) => !reasons.includes(code ?? "")),
        `${role} of ${name}`,
      ).toEqual([]);
      const asked = requests.filter((one) => one.step === name && one.answered === 0).length;
      if (role === "implementer" && name !== "product") expect(asked, name).toBeLessThanOrEqual(turns.length);
    }
  }
  expect(byName["sum"]?.attempt_history.map(({ status }) => status)).toEqual(["crashed", "succeeded"]);
  expect(byName["product"]?.turns.filter((turn) => turn.failure?.code === "quota")).toHaveLength(1);
  expect(byName["readme"]?.base_sha).toBe(byName["sum"]?.head_sha);
  const events = await allEvents(client);
  for (const type of ["account.parked", "account.woken"])
    expect(
      events.filter((event: Event) => event.type === type),
      type,
    ).toHaveLength(1);
}

/** The person was told of each thing once. */
function expectTold(bodies: readonly unknown[], ids: Ids): void {
  const told = bodies.flatMap((body) =>
    Told.parse(body).items.map(({ kind, task_id }) => `${kind} ${task_id}`),
  );
  expect(told.filter((line) => line.includes("task_")).sort()).toEqual(
    [
      `done ${ids.sum}`,
      `done ${ids.readme}`,
      `done ${ids.product}`,
      `over_budget ${ids.greedy}`,
      `needs_you ${ids.greeting}`,
    ].sort(),
  );
}
