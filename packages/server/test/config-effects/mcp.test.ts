import { describe, expect, it } from "vitest";
import { hostWorld } from "../mcp/host-world.ts";
import { begin, call, post } from "../mcp/wire.ts";
import { manualClock } from "../support/manual-clock.ts";

describe("sessions of agent hosts", () => {
  it("mcp.max_sessions: the one unused for longest makes room, and one in use never does [req:mcp.sessions]", async () => {
    await using world = await hostWorld({ config: "[mcp]\nmax_sessions = 2" });
    const list = async (session: string) =>
      (await post(world, call("tools/list"), { "mcp-session-id": session })).status;
    const { session: first } = await begin(world);
    const { session: second } = await begin(world);
    expect(await list(first)).toBe(200);
    const { session: third } = await begin(world);
    expect([await list(first), await list(second), await list(third)]).toEqual([200, 404, 200]);
    const headers = { accept: "text/event-stream" };
    const streams = [first, third].map((session) =>
      world.mcp({ headers: { ...headers, "mcp-session-id": session } }),
    );
    const open = await Promise.all(streams);
    expect((await begin(world)).status).toBe(503);
    await Promise.all(open.map((response) => response.body?.cancel()));
  });

  it("mcp.session_idle_secs: a session without a request or an open stream ends [req:mcp.sessions]", async () => {
    const clock = manualClock("2026-01-01T00:00:00Z");
    await using world = await hostWorld({ clock, config: "[mcp]\nsession_idle_secs = 60" });
    const { session } = await begin(world);
    const headers = { "mcp-session-id": session };
    const open = await world.mcp({ headers: { ...headers, accept: "text/event-stream" } });
    clock.advance(120_000);
    expect((await post(world, call("tools/list"), headers)).status).toBe(200);
    await open.body?.cancel();
    const { session: other } = await begin(world);
    clock.advance(59_000);
    expect((await post(world, call("tools/list"), { "mcp-session-id": other })).status).toBe(200);
    clock.advance(59_000);
    expect((await post(world, call("tools/list"), { "mcp-session-id": other })).status).toBe(200);
    // The server learns of the end of an answer a little after its host: time goes on until it has.
    let status = 200;
    while (status === 200) {
      clock.advance(61_000);
      status = (await post(world, call("tools/list"), { "mcp-session-id": other })).status;
    }
    expect(status).toBe(404);
  });
});
