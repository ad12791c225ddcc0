// Answers what agents ask a person, by a list of commands that are fine. What was asked before this runs is answered
// too: the state is read first, and the events after it are followed.
// Run: node examples/client/approve.ts "npm test" "npm run lint"
import { HarnessClient } from "@harness/client";
import { discover } from "@harness/client/node";
import type { Approval } from "@harness/protocol";

const fine = process.argv.slice(2);
const found = await discover({ env: process.env });
if (found === undefined) throw new Error("No server is running; harness up starts one.");
const client = new HarnessClient(found);

async function answer({ id: approval_id, action_hash, command, summary }: Approval): Promise<void> {
  const allowed = command !== null && fine.includes(command);
  const decision = allowed
    ? { decision: "allow" as const }
    : { decision: "deny" as const, reason: "It is not on the list of commands that are fine." };
  // Bound to what was seen: if it asks something else by now, the answer is refused.
  await client.call("approval/respond", { approval_id, action_hash, ...decision });
  console.log(`${decision.decision}: ${summary}`);
}

const { last_seq: after_seq } = await client.call("server/status", {});
const { data } = await client.call("approval/list", {});
for (const approval of data) await answer(approval);
const answered = new Set(data.map(({ id }) => id));
for await (const { event } of client.stream("events", { after_seq, type: ["approval.requested"] })) {
  if (event.type !== "approval.requested" || answered.has(event.data.approval.id)) continue;
  await answer(event.data.approval);
}
