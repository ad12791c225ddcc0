// Shows all of a thread and follows it until nothing runs in it. A lost connection or a restart of the server is not
// noticed here: the transcript goes on where it was, with nothing missing and nothing twice.
// Run: node examples/client/follow.ts THREAD
import { followThread, HarnessClient } from "@harness/client";
import { discover } from "@harness/client/node";

const [thread_id = ""] = process.argv.slice(2);
const found = await discover({ env: process.env });
if (found === undefined) throw new Error("No server is running; harness up starts one.");
const client = new HarnessClient(found);

let shown = 0;
for await (const { transcript } of followThread(client, thread_id)) {
  for (const { item } of transcript.items.slice(shown)) {
    console.log(`${item.role ?? "agent"} ${item.kind}: ${item.text ?? item.command ?? item.path ?? ""}`);
    shown += 1;
  }
  if (transcript.status === "idle") break;
}
