import { expect, it } from "vitest";
import { step, talkingWorld } from "./talking-world.ts";

it("a question nobody answered is a problem and in the status, with the command that answers it [req:problems.approvals]", async () => {
  const asks = [step("make it", [{ run: { argv: ["touch", "made.txt"] } }], [{ say: "made it" }])];
  await using w = await talkingWorld(asks);
  const thread_id = await w.start({ title: "Make", approvals: { profile: "strict" } });
  const turn = await w.say(thread_id, "make it");
  const { id, summary } = await w.asked();
  const { data } = await w.call("problem/list", { kind: ["waiting_for_you"] });
  expect(data).toEqual([
    expect.objectContaining({
      id: `waiting_for_you:approval:${id}`,
      thread_id,
      task_id: null,
      project: "app",
      title: "Make",
      code: "approval",
    }),
  ]);
  expect(data[0]?.reason).toContain("touch made.txt");
  expect(data[0]?.commands[0]).toBe(`harness approval respond ${id} --allow`);
  expect((await w.call("server/status", {})).asked).toMatchObject([{ id, summary, thread_id }]);
  await w.call("approval/respond", { approval_id: id, decision: "allow" });
  await w.ended(turn);
  expect((await w.call("problem/list", {})).data).toEqual([]);
  expect((await w.call("server/status", {})).asked).toEqual([]);
});
