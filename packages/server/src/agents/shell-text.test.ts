import { expect, it } from "vitest";
import { shellText } from "./shell-text.ts";

it.each([
  [["touch", "made.txt"], "touch made.txt"],
  [["git", "log", "--format=%H", "-n", "1"], "git log --format=%H -n 1"],
  [["echo", "a; rm -rf x"], "echo 'a; rm -rf x'"],
  [["sh", "-c", "rm -rf x"], "sh -c 'rm -rf x'"],
  [["true", "#", "rm"], "true '#' rm"],
  [["x", "it's", ""], "x 'it'\\''s' ''"],
  [["A=1", "ls", "*", "$HOME", "~"], "'A=1' ls '*' '$HOME' '~'"],
])("words %j are the text %s, and no other words", (words, text) => {
  expect(shellText(words)).toBe(text);
});
