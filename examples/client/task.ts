// Submits a task, shows what happens to it, and ends with what became of it: a branch, or why there is none.
// Run: node examples/client/task.ts PROJECT "What to do"
import { HarnessClient } from "@harness/client";
import { discover } from "@harness/client/node";

const [project, prompt = ""] = process.argv.slice(2);
const found = await discover({ env: process.env });
if (found === undefined) throw new Error("No server is running; harness up starts one.");
const client = new HarnessClient(found);

const { task_id } = await client.call("task/create", { project, prompt });
for await (const item of client.stream("task", { task_id })) {
  if (item.type === "event" && item.event === "task.waiting") {
    const { block_reason } = await client.call("task/get", { task_id });
    console.log(`waits: ${block_reason?.message} Run: ${block_reason?.unblock.join(" or ")}`);
  }
  if (item.type === "item_completed")
    console.log(`${item.item.kind}: ${item.item.text ?? item.item.command}`);
}
const { status, branch, error } = await client.call("task/get", { task_id });
console.log(`${status}: ${branch ?? error?.message}`);
