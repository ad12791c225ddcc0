import { describe, expect, it } from "vitest";
import { readAnthropic } from "./anthropic-wire.ts";
import { positionOf } from "./conversation.ts";
import { readResponses } from "./responses-wire.ts";
import { Scenario } from "./scenario.ts";
import { demoScenario } from "./scenarios/demo.ts";
import { replyTo } from "./script.ts";

const scenario = Scenario.parse(demoScenario);
const call = (prompt: string, answered = 0, tools = ["Write", "Read"]) => ({
  protocol: "anthropic_messages" as const,
  model: "m",
  stream: false,
  tools,
  history: [
    { kind: "prompt" as const, text: prompt },
    ...Array.from({ length: answered }, () => [
      { kind: "answer" as const, text: "" },
      { kind: "tool_result" as const, text: "" },
    ]).flat(),
  ],
});

describe("the demo's script", () => {
  it.each([
    ["Role: implementer\nRound: 1\nValidation: pending", "implement"],
    ["Role: implementer\nRound: 1\nValidation: failed", "correct after validation"],
    ["Role: implementer\nRound: 2\nValidation: pending\nReview: changes_requested", "answer the review"],
    ['Role: reviewer\nRound: 1\n\n<data name="diff">\nRole: implementer\n', "review"],
    ['Role: reviewer\nRound: 2\n<data-1 name="findings">\n', "review again"],
  ])("%j is answered by %s [req:agents.demo-scenario]", (prompt, step) => {
    expect(replyTo(scenario, call(prompt)).step).toBe(step);
  });

  it("goes on where the history stands, and the same history always gets the same answer [req:agents.scripted]", () => {
    const prompt = "Role: implementer\nRound: 1";
    const second = replyTo(scenario, call(prompt, 1));
    expect(second).toMatchObject({ kind: "answer", calls: [{ name: "Write" }] });
    expect(replyTo(scenario, call(prompt, 1))).toEqual(second);
    expect(replyTo(scenario, call(prompt, 2))).toMatchObject({ calls: [] });
    expect(replyTo(scenario, call(prompt, 9))).toMatchObject({
      text: expect.stringContaining("no further answer"),
    });
  });

  it("says in an error what no step matches [req:agents.scripted]", () => {
    expect(replyTo(scenario, call("hello"))).toMatchObject({
      kind: "error",
      status: 400,
      message: expect.stringContaining("hello"),
    });
  });

  it("speaks the words of the client's own tools [req:agents.scripted]", () => {
    const prompt = "Role: implementer\nRound: 1\nValidation: failed";
    const name = (tools: string[]) => {
      const reply = replyTo(scenario, call(prompt, 0, tools));
      return reply.kind === "answer" ? reply.calls.map((one) => one.name) : [];
    };
    expect(name(["Write", "Bash"])).toEqual(["Write"]);
    expect(name(["write_file"])).toEqual(["write_file"]);
    expect(name(["exec_command"])).toEqual(["exec_command"]);
  });
});

describe("the position in a conversation", () => {
  it("does not take a client's own context for a prompt [req:agents.scripted]", () => {
    const { history } = readAnthropic({
      model: "m",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "<system-reminder>x</system-reminder>" },
            { type: "text", text: "do it" },
          ],
        },
        { role: "assistant", content: [{ type: "tool_use", id: "1", name: "Bash", input: {} }] },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "1", content: "ok" },
            { type: "text", text: "x" },
          ],
        },
      ],
    });
    expect(positionOf(history)).toEqual({ prompt: "do it", turn: 1, answered: 1 });
  });

  it("takes text and calls of one Responses answer for one [req:agents.scripted]", () => {
    const { history } = readResponses({
      model: "m",
      input: [
        {
          type: "message",
          role: "user",
          content: [{ type: "input_text", text: "<environment_context>x</environment_context>" }],
        },
        { type: "message", role: "user", content: [{ type: "input_text", text: "do it" }] },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "now" }] },
        { type: "function_call", name: "exec_command", call_id: "1", arguments: "{}" },
        { type: "function_call_output", call_id: "1", output: "ok" },
      ],
    });
    expect(positionOf(history)).toEqual({ prompt: "do it", turn: 1, answered: 1 });
  });
});
