import { expect, it } from "vitest";
import { shownCommands } from "./shown-commands.ts";
import { cutCommand } from "./words-of-command.ts";

it.each([
  ["npm test", ["npm", "test"]],
  ["git commit -m 'a b' --x=\"c d\"", ["git", "commit", "-m", "a b", "--x=c d"]],
  ["echo a\\ b ''", ["echo", "a b", ""]],
  ["git show HEAD~1", ["git", "show", "HEAD~1"]],
  ["echo '$HOME | x'", ["echo", "$HOME | x"]],
])("cuts %s", (command, argv) => {
  expect(cutCommand(command)).toEqual({ argv });
});

it.each([
  "ls; rm -rf x",
  "a | b",
  "a && b",
  "a > b",
  "echo $HOME",
  "echo `id`",
  "ls *.ts",
  "A=1 b",
  "echo 'x",
  "(a)",
  "",
])("refuses %s", (command) => {
  expect(cutCommand(command)).toHaveProperty("problem");
});

it.each([
  ["Do this:\n```sh\nnpm test\n```\n", ["npm test"]],
  ["```\n$ npm test\n1 passed\n$ npm run x\n```", ["npm test", "npm run x"]],
  ["```ts\nrun();\n```\nThen run `npm test`.", ["npm test"]],
  ["```js\nlet a;\n```", []],
  ["The function `run` is fine.", []],
])("sees the commands shown in %j", (text, commands) => {
  expect(shownCommands(text)).toEqual(commands);
});
