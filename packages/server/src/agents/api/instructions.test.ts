import { expect, it } from "vitest";
import { jsonAnswer } from "./instructions.ts";

it.each([
  ['{"a":1}', '{"a":1}'],
  ['Here it is:\n```json\n{"a": 1}\n```\nDone.', '{"a":1}'],
  ['```\n{"a": 0}\n```\nno, rather\n```json\n{"a": 1}\n```', '{"a":1}'],
  ['I approve. {"a": {"b": 2}} Good.', '{"a":{"b":2}}'],
  ["no JSON at all", "no JSON at all"],
])("finds the document in %j [req:agents.schema]", (text, expected) =>
  expect(jsonAnswer(text)).toBe(expected),
);
