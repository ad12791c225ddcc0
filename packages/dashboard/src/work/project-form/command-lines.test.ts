import { describe, expect, it } from "vitest";
import { lineOf, wordsOf } from "./command-lines.ts";

describe("a command as a line", () => {
  it.each([
    [["npm", "test"], "npm test"],
    [["node", "-e", 'console.log("a b")'], String.raw`node -e "console.log(\"a b\")"`],
    [["printf", "a\\n", ""], String.raw`printf "a\\n" ""`],
    [["sh", "-c", "it's $HOME | cat"], `sh -c "it's $HOME | cat"`],
  ])("%j is written and read", (argv, line) => {
    expect(lineOf(argv)).toBe(line);
    expect(wordsOf(line)).toEqual(argv);
  });

  it("is read as people write it", () => {
    expect(wordsOf("  npm   run 'my test' --x=\"a b\" ")).toEqual(["npm", "run", "my test", "--x=a b"]);
    expect(wordsOf("say it's")).toEqual(["say", "it's"]);
    expect(wordsOf("")).toEqual([]);
  });
});
