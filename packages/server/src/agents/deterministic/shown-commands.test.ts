import { expect, it } from "vitest";
import { shownCommands } from "./shown-commands.ts";

it.each([
  ["Do this:\n```sh\nnpm test\n```\n", ["npm test"]],
  ["```\n$ npm test\n1 passed\n$ npm run x\n```", ["npm test", "npm run x"]],
  ["```ts\nrun();\n```\nThen run `npm test`.", ["npm test"]],
  ["```js\nlet a;\n```", []],
  ["The function `run` is fine.", []],
])("sees the commands shown in %j", (text, commands) => {
  expect(shownCommands(text)).toEqual(commands);
});
