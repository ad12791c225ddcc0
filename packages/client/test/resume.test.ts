import { type EventFrame, isHarnessError, type ThreadItem } from "@harness/protocol";
import { expect, it } from "vitest";
import { implementer } from "../../server/test/scenarios/world.ts";
import { type TestServer, testServer } from "../../server/test/support/test-server.ts";
import { followThread, HarnessClient, readThread, Transcript } from "../src/index.ts";
import { cuttingFetch, cuttingSockets, seeded } from "./support/cutting.ts";

/** Says a line every few milliseconds, of one to many bytes a character. */
const talker = implementer(`
  let line = 0;
  const timer = setInterval(() => {
    say("line " + line + " " + "aü€😀".repeat(line % 9));
    line += 1;
    if (line === 30) clearInterval(timer);
  }, 5);`);

const CUTS = 1000;

async function talking(): Promise<TestServer> {
  return testServer({ agents: { talker }, config: "[server]\nrate_limit_per_minute = 0" });
}

async function start({ client }: TestServer): Promise<string> {
  return (await client.call("thread/start", { project: "app", agent: "talker" })).thread_id;
}

/** Takes in the frames of a thread up to where it is rolled back. */
async function follow(stream: AsyncIterable<EventFrame>, thread_id: string) {
  const transcript = new Transcript(thread_id);
  const frames: EventFrame[] = [];
  for await (const frame of stream) {
    frames.push(frame);
    transcript.apply(frame.event);
    if (frame.event.type === "thread.rolled_back") break;
  }
  return { frames, transcript };
}

/** Everything `thread/items` answers. */
async function itemsOf(client: HarnessClient, thread_id: string): Promise<ThreadItem[]> {
  const items: ThreadItem[] = [];
  for (let more = true; more; ) {
    const page = await client.call("thread/items", { thread_id, after_seq: items.at(-1)?.seq ?? 0 });
    items.push(...page.data);
    more = page.has_more;
  }
  return items;
}

/** A turn of the agent, with a queue that is written and rewritten meanwhile. */
async function busyTurn(client: HarnessClient, thread_id: string): Promise<void> {
  await client.call("turn/start", { thread_id, input: "talk 😀" });
  for (;;) {
    const queued = await client
      .call("turn/start", { thread_id, input: "for later", when_busy: "queue" })
      .catch(ignore("queue_full"));
    const input_id = queued?.input_id;
    if (typeof input_id === "string") {
      await client.call("input/edit", { input_id, text: "for later €" }).catch(ignore("input_not_found"));
      await client.call("input/remove", { input_id }).catch(ignore("input_not_found"));
    }
    const { status } = await client.call("thread/get", { thread_id });
    if (status === "idle") return;
  }
}

/** A turn of the agent and nothing else. */
async function turn(client: HarnessClient, thread_id: string): Promise<void> {
  const { turn_id } = await client.call("turn/start", { thread_id, input: "talk" });
  for await (const { event } of client.stream("thread", { thread_id }))
    if (event.type === "turn.ended" && event.turn_id === turn_id) return;
}

function ignore(...codes: Parameters<typeof isHarnessError>[1][]) {
  return (error: unknown): undefined => {
    if (!codes.some((code) => isHarnessError(error, code))) throw error;
  };
}

/** What a transcript holds, as one text. */
function textOf({ items, turns, queue, approvals, live, status, title }: Transcript): string {
  return JSON.stringify({ items, turns, queue, approvals, live, status, title });
}

it("clients cut off a thousand times while a thread streams have the transcript of one that was not [req:client.resume]", async () => {
  await using server = await talking();
  const thread_id = await start(server);
  const cutting = cuttingFetch(seeded(20_261_125), CUTS);
  const { url, token, client } = server;
  const openSocket = cuttingSockets(seeded(4));
  const cut = new HarnessClient({ url, token, fetch: cutting.fetch, openSocket, reconnectMs: [0, 1] });
  const following = Promise.all([
    follow(client.stream("thread", { thread_id }), thread_id),
    follow(cut.stream("thread", { thread_id }), thread_id),
    follow(cut.topic({ topic: `thread:${thread_id}`, after_seq: 0 }), thread_id),
    follow(client.stream("events", { thread_id, after_seq: 0 }), thread_id),
  ]);
  while (cutting.cuts < CUTS) await busyTurn(client, thread_id);
  const { turn_history } = await client.call("thread/get", { thread_id });
  await client.call("thread/rollback", { thread_id, to_turn: turn_history.at(-2)?.id ?? null });
  const [whole, ...others] = await following;

  expect(cutting.cuts).toBeGreaterThanOrEqual(CUTS);
  for (const { frames, transcript } of others) {
    expect(frames.map(({ event }) => event.seq)).toEqual(whole.frames.map(({ event }) => event.seq));
    expect(JSON.stringify(frames)).toBe(JSON.stringify(whole.frames));
    expect(textOf(transcript)).toBe(textOf(whole.transcript));
  }
  const items = await itemsOf(client, thread_id);
  expect(items.length).toBeGreaterThan(2);
  expect(JSON.stringify(whole.transcript.items)).toBe(JSON.stringify(items));
  const thread = await client.call("thread/get", { thread_id });
  expect(whole.transcript.turns).toEqual(thread.turn_history);
  expect(whole.transcript).toMatchObject({ status: "idle", title: thread.title, queue: thread.queue });
  expect(textOf(await readThread(client, thread_id))).toBe(textOf(whole.transcript));
}, 300_000);

it("a thread is followed from how it was read, through a restart, to its deletion [req:client.thread]", async () => {
  await using server = await talking();
  const { url, token, client } = server;
  const original = await start(server);
  await turn(client, original);
  const { thread_id } = await client.call("thread/fork", { thread_id: original, title: "The fork" });
  // The history of a fork is not in its own events.
  const before = await readThread(client, thread_id);
  expect(before.items).toEqual(await itemsOf(client, thread_id));
  expect(before).toMatchObject({ title: "The fork", status: "idle" });

  const seen: string[] = [];
  let last: Transcript | undefined;
  const patient = new HarnessClient({ url, token, reconnectMs: [5, 50] });
  const following = (async () => {
    for await (const { transcript, event } of followThread(patient, thread_id)) {
      last = transcript;
      seen.push(event?.type ?? "read");
      if (event?.type === "message.delta") expect(transcript.live.text).toContain(event.data.text);
      if (event?.type === "turn.ended") expect(transcript.items.at(-1)?.item.text).toContain("line 29");
    }
  })();
  await turn(client, thread_id);
  await server.restart();
  await turn(client, thread_id);
  expect(textOf(await readThread(client, thread_id))).toBe(textOf(last ?? before));
  await client.call("thread/delete", { thread_id });
  await following;
  expect(seen[0]).toBe("read");
  expect(seen.at(-1)).toBe("thread.deleted");
  expect(seen.filter((type) => type === "turn.ended")).toHaveLength(2);
  expect(last).toMatchObject({ status: "deleted", items: [], turns: [], queue: [] });

  // Whoever comes later is told the end too, and nobody is told of a thread that never was.
  const types: string[] = [];
  for await (const { event } of client.stream("thread", { thread_id })) types.push(event.type);
  expect([types[0], types.at(-1)]).toEqual(["thread.started", "thread.deleted"]);
  const nobody = client.stream("thread", { thread_id: "thr_01ARZ3NDEKTSV4RRFFQ69G5FAV" });
  await expect(nobody.next()).rejects.toMatchObject({ code: "thread_not_found" });
  await expect(client.topic({ topic: "thread:nobody" }).next()).rejects.toMatchObject({
    code: "invalid_params",
  });
}, 180_000);
