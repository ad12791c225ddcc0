import { expect, it } from "vitest";
import { step, talkingWorld } from "./talking-world.ts";

it.each(["sqlite", "postgres"] as const)(
  "a named session is kept, shown and forgotten in %s [req:sessions.list, sessions.get, sessions.plan]",
  async (database) => {
    const steps = [step("hi", [{ run: { argv: ["touch", "x.txt"] } }], [{ say: "hello" }])];
    const files = { "AGENTS.md": "# Style\n<!-- for people -->\n- tabs: never\n- remove: quotes\n" };
    await using w = await talkingWorld(steps, { database, files });
    const where = { session_id: "demo", project: "app", agent: "openai_api" };
    expect(await w.call("chat/send", { message: "hi", ...where })).toMatchObject({
      status: "completed",
      message: "hello",
    });
    expect(await w.call("session/list", {})).toMatchObject([{ id: "demo", title: "hi" }]);
    expect((await w.call("session/plan", { session_id: "demo" }))?.runtime).toMatchObject({
      last_outcome: "checkpointed",
      jobs: [{ status: "succeeded" }],
    });
    const session = await w.call("session/get", { session_id: "demo" });
    expect(session.messages).toHaveLength(2);
    // What the repository says, and what of it is in force.
    expect(session.agents_rendered).toContain("- tabs: never");
    expect(session.agents_effective_rendered).toBe("## Style\n- tabs: never (AGENTS.md)");
    await w.call("session/delete", { session_id: "demo" });
    expect(await w.call("session/list", {})).toEqual([]);
  },
);
