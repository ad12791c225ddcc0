import { expect, it } from "vitest";
import { fillTemplate } from "./template.ts";

const values = { workspace: "/w", model: "big", session_id: "1-2" };

it("fills in what is known and leaves other braces alone [req:command.template]", () => {
  const argv = ["--cd={workspace}", "-m", "{model}", "--id", "{session_id}", '{"a": {}}', "{prompt}"];
  expect(fillTemplate(argv, values)).toEqual({
    filled: ["--cd=/w", "-m", "big", "--id", "1-2", '{"a": {}}', "{prompt}"],
  });
});

it("does not fill in twice", () => {
  expect(fillTemplate(["{workspace}"], { ...values, workspace: "/{model}" })).toEqual({
    filled: ["/{model}"],
  });
});

it("says what is missing instead of giving an empty argument", () => {
  const none = { ...values, model: undefined };
  expect(fillTemplate(["-m", "{model}"], none)).toEqual({ missing: "model" });
  expect(fillTemplate(["--model={model}"], none)).toEqual({ missing: "model" });
  expect(fillTemplate(["a {model} b"], none)).toEqual({ filled: ["a  b"] });
});
