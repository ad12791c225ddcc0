// Starts a conversation with an agent in a workspace of its own, says something and shows the answer as it comes.
// Run: node examples/client/talk.ts PROJECT AGENT "What to do"
import { HarnessClient } from "@harness/client";
import { discover } from "@harness/client/node";

const [project, agent, input = "Say hello."] = process.argv.slice(2);
const found = await discover({ env: process.env });
if (found === undefined) throw new Error("No server is running; harness up starts one.");
const client = new HarnessClient(found);

const { thread_id } = await client.call("thread/start", { project, agent });
const { turn_id } = await client.call("turn/start", { thread_id, input });
for await (const { event } of client.stream("thread", { thread_id })) {
  if (event.turn_id !== turn_id) continue;
  if (event.type === "message.delta") process.stdout.write(event.data.text);
  if (event.type === "turn.ended") {
    console.log(`The turn ${event.data.status}.`);
    break;
  }
}
const { patch } = await client.call("thread/diff", { thread_id });
console.log(patch);
