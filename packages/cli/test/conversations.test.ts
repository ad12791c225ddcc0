import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { implementer } from "../../server/test/scenarios/world.ts";
import { makeRepository } from "../../server/test/support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../../server/test/support/server-process.ts";
import { testDir } from "../../server/test/support/test-app.ts";
import { typed } from "./support/typed.ts";

/** Writes a file and says something a terminal must not act on. */
const scribe = implementer(`write("a.txt", "one\\n"); say("done\\u001b[2J");`);

let server: ServerProcess | undefined;
let dir = "";
afterEach(async () => {
  await server?.kill("SIGKILL");
  server = undefined;
  if (dir !== "") rmSync(dir, { recursive: true, force: true });
});

it("a conversation is answered as it is told, published, and shown as a session [req:cli.sessions, thread.strategy, thread.publish]", async () => {
  dir = testDir("cli-conversations");
  const root = makeRepository(path.join(dir, "repo"), { "README.md": "# x\n" });
  server = await startServerProcess({ dir, agents: { scribe } });
  await server.client.call("project/create", { root, id: "app", default: true, validation: "none" });
  const env = { HARNESS_URL: server.url, HARNESS_TOKEN: server.token };
  const harness = (...words: string[]) => typed(words, { env, cwd: dir });

  const how = ["--execution-strategy", "deterministic"];
  const started = await harness("thread", "start", "--agent", "scribe", ...how, "what branch am I on?");
  expect(started).toMatchObject({ code: 0 });
  expect((await harness("thread", "show", "last")).out).toContain("strategy\tdeterministic");
  expect((await harness("thread", "turn", "last")).out).toContain(
    "strategy\tdeterministic (of the thread): no model is asked, whatever the words",
  );
  expect((await harness("thread", "publish", "last")).err).toContain("nothing_to_publish");
  const said = await harness("thread", "say", "last", "--execution-strategy", "model", "git status");
  expect(said).toMatchObject({ code: 0 });
  expect((await harness("thread", "turn", "last")).out).toContain("strategy\tmodel (said with its words)");
  expect(await harness("thread", "say", "last", "--execution-strategy", "guess", "hi")).toMatchObject({
    code: 2,
  });

  const published = await harness("thread", "publish", "last", "--branch", "notes/one");
  expect(published.out).toContain("branch\tnotes/one");
  expect(published.out).toContain("trust\tCLAIMED: neither validated nor reviewed");
  expect(execFileSync("git", ["-C", root, "show", "notes/one:a.txt"], { encoding: "utf8" })).toBe("one\n");
  expect((await harness("thread", "publish", "last", "--branch", "notes/one")).err).toContain(
    "It was there already.",
  );
  expect((await harness("thread", "show", "last")).out).toMatch(/branch\tnotes\/one at \w+, CLAIMED/);

  const list = await harness("session", "list", "--json");
  const [session] = JSON.parse(list.out) as { id: string; title: string }[];
  expect(session?.title).toBe("what branch am I on?");
  expect((await harness("session", "list")).out).toContain(`${session?.id}\twhat branch am I on?`);
  const shown = await harness("session", "show", session?.id ?? "");
  expect(shown.out).toContain("user\tgit status");
  const terminal = await typed(["session", "show", session?.id ?? ""], { env, cwd: dir, terminal: true });
  expect(terminal.out).toContain("done");
  expect(terminal.out).not.toContain("\u001b[2J");
  expect((await harness("session", "show", "nobody")).err).toContain("thread_not_found");

  const plan = await harness("session", "plan", session?.id ?? "");
  expect(plan.out).toContain("last outcome\tcheckpointed");
  expect(plan.out).toContain("writes\tedits applied");
  const state = JSON.parse((await harness("session", "plan", session?.id ?? "", "--json")).out);
  expect(state).toMatchObject({ runtime: { authoring: { request: "git status", phase: "edits_applied" } } });
  const leave = Promise.withResolvers<() => void>();
  const following = typed(["session", "plan", session?.id ?? "", "--follow", "--json"], {
    env,
    cwd: dir,
    interrupts: (press) => leave.resolve(press),
    onOut: (text) => void (text.includes('"responded"') && leave.promise.then((press) => press())),
  });
  await harness("thread", "say", session?.id ?? "", "look around");
  const followed = await following;
  expect(followed.code).toBe(130);
  const states = followed.out.trim().split("\n");
  expect(JSON.parse(states[0] ?? "")).toMatchObject({ runtime: { authoring: { request: "git status" } } });
  expect(JSON.parse(states.at(-1) ?? "")).toMatchObject({ runtime: { last_outcome: "responded" } });
  await harness("thread", "start", "--title", "Empty", "--agent", "scribe");
  const { id } = (await server.client.call("session/list", {}))[0]!;
  expect((await harness("session", "plan", id)).err).toContain("there is no plan");
  expect((await harness("session", "delete", id)).err).toContain("--yes");
  expect(await harness("session", "delete", id, "--yes")).toMatchObject({ code: 0, err: "Deleted.\n" });
  expect((await harness("session", "show", id)).err).toContain("thread_not_found");
}, 180_000);
