import { expect, it } from "vitest";
import { topicFilter } from "./topic-filter.ts";

it("the topic state carries every type but what agents say word by word [req:http.ws-topics]", async () => {
  const filter = await topicFilter("state", async (key) => key);
  const types = typeof filter === "string" ? [] : (filter.types ?? []);
  for (const type of ["task.queued", "turn.ended", "approval.requested", "usage.updated"])
    expect(types).toContain(type);
  for (const type of ["message.delta", "tool.output_delta", "item.started", "item.completed"])
    expect(types).not.toContain(type);
});
