import { existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testDir } from "../support/test-app.ts";
import { step, type TalkingWorld, talkingWorld } from "../threads/talking-world.ts";

const run = (command: string) => ({ tool: { name: "run_command", input: { argv: ["sh", "-c", command] } } });
const does = (...verbs: object[]) => [step("go", ...verbs.map((verb) => [verb as never]), [{ say: "done" }])];

function ownDir(name: string): string {
  const dir = testDir(name);
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A conversation with an agent whose commands are judged by these rules. */
async function judged(rules: string, steps: ReturnType<typeof does>, config = ""): Promise<TalkingWorld> {
  const dir = ownDir("rules");
  const file = path.join(dir, "operator.rules");
  writeFileSync(file, rules);
  return talkingWorld(steps, { config: `[rules]\nexec_policy_paths = [${JSON.stringify(file)}]\n${config}` });
}

async function decided(w: TalkingWorld, thread_id: string) {
  const log = await w.app.log.read({ afterSeq: 0, filter: { thread_id, types: ["policy.decided"] } });
  return log.map(({ data }) => data);
}

describe("an agent's question", () => {
  it("is denied by a rule with its justification, on every segment of the command [req:policy.wired, policy.recorded]", async () => {
    const rules = 'prefix_rule(["git", "push"], "forbidden", justification = "people publish")';
    await using w = await judged(rules, does(run("ls && git push origin x"), run("touch a")));
    const thread_id = await w.start();
    expect((await w.said(thread_id, "go")).status).toBe("completed");
    const [denied, allowed] = await decided(w, thread_id);
    expect(denied).toMatchObject({ decision: "deny", by: "policy", justification: "people publish" });
    expect(denied).toHaveProperty("rule", expect.stringContaining("operator"));
    expect(denied).toHaveProperty("reason", expect.stringContaining("people publish"));
    expect(allowed).toMatchObject({ decision: "allow", rule: null });
    const [command] = (await w.items(thread_id)).filter(({ item }) => item.kind === "command");
    expect(command?.item.output).toContain("people publish");
    expect((await w.call("rule/list", {})).data[0]).toMatchObject({ hits: 1 });
  });

  it("goes to a person where a rule says so, also under allow_all [req:policy.wired]", async () => {
    const rules = 'prefix_rule(["touch"], "prompt", justification = "look first")';
    await using w = await judged(rules, does(run("touch a")));
    const thread_id = await w.start();
    const turn = await w.say(thread_id, "go");
    const asked = await w.asked();
    expect(asked.why).toContain("look first");
    await w.call("approval/respond", { approval_id: asked.id, decision: "allow", scope: "always" });
    expect((await w.ended(turn)).status).toBe("completed");
    expect(await decided(w, thread_id)).toMatchObject([
      { decision: "allow", by: "answer", rule: expect.any(String), justification: "look first" },
    ]);
    // An answer for good still is one.
    const again = await w.start();
    expect((await w.said(again, "go")).status).toBe("completed");
  });

  it("is not asked under allow_listed where a rule allows it [req:policy.wired]", async () => {
    const rules = 'prefix_rule(["touch"], "allow")';
    await using w = await judged(rules, does(run("touch a")), '[approvals]\nprofile = "allow_listed"');
    const thread_id = await w.start();
    expect((await w.said(thread_id, "go")).status).toBe("completed");
    expect((await decided(w, thread_id))[0]).toMatchObject({ decision: "allow", by: "policy" });
  });

  it("for less confinement has no effect, and is written down [req:policy.ways-out]", async () => {
    const asks = {
      tool: {
        name: "run_command",
        input: { argv: ["touch", "a"], dangerouslyDisableSandbox: true, sandbox_mode: "off" },
      },
    };
    await using w = await talkingWorld(does(asks));
    const thread_id = await w.start();
    expect((await w.said(thread_id, "go")).status).toBe("completed");
    const event = await w.event((one) => one.type === "sandbox.refused");
    expect(event).toMatchObject({
      thread_id,
      data: { operation: "tool run_command", asked: "dangerouslyDisableSandbox, sandbox_mode" },
    });
    expect((await w.call("thread/diff", { thread_id })).patch).toBe("");
  });

  it("that the policy answers wrongly is still held by the sandbox [req:policy.sandbox-holds]", async () => {
    const dir = ownDir("outside");
    const out = path.join(dir, "out.txt");
    const steps = does(run(`echo x > ${out}; cat ${path.join(dir, "secret")}; echo ended`));
    writeFileSync(path.join(dir, "secret"), "canary-of-the-outside");
    // Rules that allow everything, as good as none at all.
    const rules =
      'prefix_rule(["echo"], "allow")\nprefix_rule(["cat"], "allow")\npath_rule(["/**"], "allow", access = ["read", "write"])';
    await using w = await judged(rules, steps);
    const thread_id = await w.start();
    expect((await w.said(thread_id, "go")).status).toBe("completed");
    expect((await decided(w, thread_id))[0]).toMatchObject({ decision: "allow" });
    const [command] = (await w.items(thread_id)).filter(({ item }) => item.kind === "command");
    expect(command?.item.output).toContain("ended");
    expect(command?.item.output).not.toContain("canary-of-the-outside");
    expect(existsSync(out)).toBe(false);
  });
});
