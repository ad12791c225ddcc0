import path from "node:path";
import type { Event } from "@harness/protocol";
import { expect, it } from "vitest";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { testServer } from "../support/test-server.ts";

/** A scripted program that asks a person with its own token and says nothing until it has the answer. */
const asks = `
const fs = require("node:fs");
fs.readFileSync(0, "utf8");
const { HARNESS_TASK_TOKEN: token, HARNESS_TASK_URL: url } = process.env;
const headers = { authorization: "Bearer " + token, "content-type": "application/json" };
(async () => {
  for (let answer = null; answer === null; ) {
    const body = JSON.stringify({ question: "Left or right?", wait_secs: 50 });
    answer = (await (await fetch(url + "/own-task/questions", { method: "POST", headers, body })).json()).answer;
    if (answer !== null) fs.writeFileSync("answer.txt", answer);
  }
  console.log("done");
})();
`;
/** A scripted program that is silent for good. */
const silent = "setInterval(() => {}, 1000);";

it("an agent that asks a person with its own token is not ended for its silence while the question is open [req:limits.own-question]", async () => {
  await using server = await testServer({
    agents: { asks: { source: asks }, silent: { source: silent } },
    config: `[agents]
talk_back = ["asks"]
[agents.review]
enabled = false`,
    env: { HARNESS_LIMITS_IDLE_TIMEOUT_SECS: "2" },
  });
  const root = makeRepository(path.join(server.dir, "talk"), { "a.txt": "a\n" });
  const { client } = server;
  await client.call("project/create", { root, id: "talk", validation: "none" });
  const happens = async (fits: (event: Event) => boolean) => {
    for await (const { event } of client.stream("events", { after_seq: 0 })) if (fits(event)) return event;
    throw new Error("the feed ended");
  };
  const task = { project: "talk", prompt: "Do it.", max_attempts: 1 };
  const asking = await client.call("task/create", { ...task, agent: "asks" });
  await happens(({ type, task_id }) => type === "approval.requested" && task_id === asking.task_id);
  // One that began later is ended for its silence: so the other has been silent for longer, and goes on.
  const quiet = await client.call("task/create", { ...task, agent: "silent" });
  await happens(({ type, task_id }) => type === "task.ended" && task_id === quiet.task_id);
  const { turns } = await client.call("task/get", { task_id: quiet.task_id });
  expect(turns).toMatchObject([{ status: "failed", failure: { code: "timeout_idle" } }]);
  const [question] = (await client.call("approval/list", { status: "pending" })).data;
  await client.call("approval/respond", {
    approval_id: question?.id ?? "",
    decision: "answer",
    answers: { answer: "left" },
  });
  await happens(({ type, task_id }) => type === "task.ended" && task_id === asking.task_id);
  const done = await client.call("task/get", { task_id: asking.task_id });
  expect(done.status, JSON.stringify(done.error)).toBe("done");
  expect(userGit(root, "show", `${done.branch}:answer.txt`)).toBe("left");
});
