import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AgentEvent, AgentQuestion, LiveTurn, RawDirection } from "../port.ts";
import { contractWords } from "./contract-scenario.ts";
import { type ContractCase, type ContractSubject, completed, run } from "./contract-turn.ts";

/** Longest an item of an unknown kind may be. */
const UNKNOWN_CHARS = 64 * 1024;
const IDLE_MS = 4_000;

/** The promises about turns a person takes part in, what is recorded of them, and what garbage does to them. */
export const liveContract: readonly ContractCase[] = [
  { title: "takes more words while it works", req: "agents.steer", run: isSteered },
  { title: "waits for a slow answer beyond its idle limit", req: "agents.slow-approval", run: waitsForLeave },
  { title: "asks a person, and goes on with the answer", req: "agents.question", run: asksAPerson },
  { title: "goes on as a copy and leaves the old conversation as it was", req: "agents.fork", run: forks },
  { title: "tells its raw traffic, both ways", req: "agents.raw-traffic", run: tellsTraffic },
  {
    title: "keeps what it does not know, and is not broken by garbage",
    req: "agents.garbage",
    run: survives,
  },
];

async function isSteered(subject: ContractSubject): Promise<void> {
  if (subject.can.steer !== true) return;
  const workspace = await subject.workspace();
  let live: LiveTurn | undefined;
  let steering: Promise<void> | undefined;
  const steer = async () => {
    await live?.steer(contractWords.steered);
    await writeFile(path.join(workspace, "go"), "");
  };
  const onEvent = (event: AgentEvent) => {
    if (event.type === "item" && event.item.kind === "command") steering ??= steer();
  };
  const { outcome } = await run(subject, contractWords.wait, {
    workspace,
    onEvent,
    attach: (given) => {
      assert.equal(live, undefined, "it is attached once");
      live = given;
    },
  });
  assert.ok(live, "it can be steered");
  await steering;
  assert.match(completed(outcome).final_text, /turned left/);
  await assert.rejects(live.steer("too late"), "a turn that is over takes no more words");
}

async function waitsForLeave(subject: ContractSubject): Promise<void> {
  if (!subject.can.ask) return;
  let waited = 0;
  const { outcome } = await run(subject, contractWords.write, {
    idle_timeout_ms: IDLE_MS,
    approve: async () => {
      waited += 1;
      if (waited === 1) await sleep(IDLE_MS + 500);
      return { decision: "allow", reason: "a person took their time" };
    },
  });
  completed(outcome);
  assert.ok(waited > 0, "leave was asked");
}

async function asksAPerson(subject: ContractSubject): Promise<void> {
  if (subject.can.question !== true) return;
  const asked: AgentQuestion[] = [];
  const { outcome } = await run(subject, contractWords.question, {
    ask: async (questions) => {
      asked.push(...questions);
      return Object.fromEntries(questions.map(({ id }) => [id, "Viridian"]));
    },
  });
  assert.equal(completed(outcome).final_text, "asked");
  assert.equal(asked.length, 1);
  assert.match(asked[0]?.text ?? "", /Which colour\?/);
  assert.deepEqual(asked[0]?.options, ["Red", "Blue"]);
  assert.ok(subject.modelInput().includes("Viridian"), "the model was told");
  const alone = await run(subject, contractWords.question, { ask: async () => undefined });
  completed(alone.outcome);
}

async function forks(subject: ContractSubject): Promise<void> {
  if (subject.can.fork !== true) return;
  const first = await run(subject, contractWords.followUp);
  const { session_id } = completed(first.outcome);
  assert.ok(session_id);
  const { workspace } = first;
  const copy = completed(
    (await run(subject, contractWords.followUp, { session_id, workspace, fork: true })).outcome,
  );
  assert.equal(copy.final_text, "turn 2", "the copy knows what was said");
  assert.ok(copy.session_id !== null && copy.session_id !== session_id, "it is a conversation of its own");
  const old = await run(subject, contractWords.followUp, { session_id, workspace });
  assert.equal(completed(old.outcome).final_text, "turn 2", "the old one does not know of the copy");
  assert.equal(completed(old.outcome).session_id, session_id);
}

async function tellsTraffic(subject: ContractSubject): Promise<void> {
  if (!(subject.can.record ?? subject.can.process)) return;
  const told: (readonly [RawDirection, string])[] = [];
  const { outcome } = await run(subject, contractWords.write, {
    record: (direction, text) => told.push([direction, text]),
  });
  completed(outcome);
  const of = (wanted: RawDirection) => told.filter(([direction]) => direction === wanted);
  assert.ok(
    of("in").some(([, text]) => text.includes(contractWords.write)),
    "the prompt is told",
  );
  assert.ok(
    [...of("out"), ...of("mark")].some(([, text]) => text.includes("hello.txt")),
    "what it does is told",
  );
  if (subject.can.process) assert.match(of("mark").at(-1)?.[1] ?? "", /"exited"/, "its end is told");
  const broken = await run(subject, contractWords.write, {
    record: () => {
      throw new Error("the disk is full");
    },
  });
  completed(broken.outcome);
}

async function survives(subject: ContractSubject): Promise<void> {
  const { garbled } = subject;
  if (garbled === undefined) return;
  const { events, outcome } = await run({ ...subject, agent: garbled }, contractWords.write);
  const done = completed(outcome);
  assert.match(done.final_text, /wrote hello\.txt/);
  if (subject.can.report_usage) assert.equal(done.usage?.input_tokens, 200);
  const unknown = events.flatMap((event) =>
    event.type === "item" && event.item.kind === "unknown" ? [JSON.stringify(event.item)] : [],
  );
  assert.ok(unknown.length > 0, "what is not known is kept");
  assert.ok(unknown.every((text) => text.length <= UNKNOWN_CHARS));
}
