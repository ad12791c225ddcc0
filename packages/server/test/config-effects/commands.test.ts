import { expect, it } from "vitest";
import { world } from "../scenarios/world.ts";

/** Says how it was started. */
const TELLS = `
const { HOME, GIVEN, KEPT } = process.env;
console.log(JSON.stringify({ args: process.argv.slice(1), HOME, GIVEN, KEPT: KEPT ?? null }));
`;

it("agents.command: model, session and variables reach the program as its table says", async () => {
  const config = [
    "[agents.review]",
    "enabled = false",
    "[agents.command.own]",
    `argv = [${JSON.stringify(process.execPath)}, "-e", ${JSON.stringify(TELLS)}, "--", "--model={model}", "{session_id}"]`,
    'default_model = "small"',
    'variables = ["GIVEN"]',
    "network = false",
  ];
  const env = { GIVEN: "given", KEPT: "kept" };
  await using w = await world({ agents: {}, config: config.join("\n"), env });
  const task = await w.run({ agent: "own" });
  const events = await w.events(task.id, "item.completed");
  const text = events.flatMap((event) =>
    event.type === "item.completed" ? [event.data.item.text ?? ""] : [],
  )[0];
  const said: unknown = JSON.parse(text ?? "");
  expect(said).toMatchObject({
    args: ["--model=small", expect.stringMatching(/^[0-9a-f-]{36}$/)],
    HOME: expect.stringContaining("agents/own/homes/"),
    GIVEN: "given",
    KEPT: null,
  });
});
