/** A line that makes a test or asserts something, in the common test languages. */
const CHECK =
  /(^|\W)(it|test|describe|context|scenario|specify|expect|assert\w*|should|check|require|verify|EXPECT_\w+|ASSERT_\w+)\s*[(.!{<]|\b(def test|func Test|fn test)|@(Parameterized)?Test\b|#\[(\w+::)*test\b|\[(Fact|Theory|Test|TestMethod)\b|^\s*assert\b/;
/** A mark that leaves a test out, or all others. */
const SKIP =
  /\.(skip|only|todo|skipIf|runIf|fixme|fails)\b|\b[xf](it|describe|test|context)\s*\(|\bpending\s*\(|@(Ignore|Disabled)\b|\b(unittest|pytest)\.(mark\.)?(skip|xfail)|\bt\.Skip|#\[ignore|\[Ignore\b|\bSkip\s*=|\bGTEST_SKIP/;

/**
 * Why an existing test proves less after a change, read from its patch; undefined when it proves no less than before.
 * Counted are the lines that test: a changed expectation is ordinary work, one that is gone is not.
 */
export function weakerTest(patch: string): string | undefined {
  const added = linesOf(patch, "+");
  const removed = linesOf(patch, "-");
  const count = (lines: readonly string[], what: RegExp) => lines.filter((line) => what.test(line)).length;
  if (count(added, SKIP) > count(removed, SKIP)) return "a test is left out now";
  const [more, fewer] = [count(added, CHECK), count(removed, CHECK)];
  if (fewer > more) return `it tests less: ${fewer} lines that test are gone and ${more} are new`;
  if (more === 0 && fewer === 0 && removed.length > added.length)
    return `it is shorter by ${removed.length - added.length} lines`;
  return undefined;
}

/** The lines a patch of one file adds or removes. Comments hold no test. */
export function linesOf(patch: string, sign: "+" | "-"): string[] {
  const start = patch.indexOf("\n@@");
  const body = start < 0 ? "" : patch.slice(start + 1);
  return body
    .split("\n")
    .filter((line) => line.startsWith(sign))
    .map((line) => line.slice(1))
    .filter((line) => !/^\s*(\/\/|#(?!\[)|\*|\/\*|$)/.test(line));
}
