import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCommand } from "./command.ts";

describe("commands written as text", () => {
  it.each([
    ["cargo fmt --all -- --check", ["cargo", "fmt", "--all", "--", "--check"]],
    ["  npm   test ", ["npm", "test"]],
    [`sh -c "a && b | c"`, ["sh", "-c", "a && b | c"]],
    [`echo 'it is $HOME' ""`, ["echo", "it is $HOME", ""]],
    [`a\\ b "c \\"d\\" \\\\ \\n"`, ["a b", 'c "d" \\ \\n']],
    [`x="a b"c`, ["x=a bc"]],
    ["pytest -k a*b?[c] {d} ~ #e", ["pytest", "-k", "a*b?[c]", "{d}", "~", "#e"]],
  ])("splits %s into words [req:config.command]", (text, words) => {
    expect(parseCommand(text)).toEqual(words);
  });

  it.each([
    "a | b",
    "a && b",
    "a; b",
    "a > f",
    "a < f",
    "echo $HOME",
    "echo `id`",
    'echo "$(id)"',
    "(a)",
    "a\nb",
    "a &",
  ])("refuses the shell operator in %j [req:config.command]", (text) => {
    expect(() => parseCommand(text)).toThrow(/shell operator/);
  });

  it.each(["", "   ", "'open", '"open', "''", "a\0b"])("refuses %j [req:config.command]", (text) => {
    expect(() => parseCommand(text)).toThrow();
  });

  it("gives back any words that were quoted [req:config.command]", () => {
    const word = fc.string({ minLength: 1 }).filter((text) => !/['\0]/.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        expect(parseCommand(words.map((one) => `'${one}'`).join(" "))).toEqual(words);
      }),
    );
  });
});
