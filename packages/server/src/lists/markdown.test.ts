import { describe, expect, it } from "vitest";
import { readList } from "./read-list.ts";

const task = "task_01M7YZDJK2DRCQZ5VY2DW60000";

/** The items of a Markdown list, with the requests they become. */
function items(text: string): Record<string, unknown>[] {
  const { items: found, problems } = readList(text, "markdown");
  expect(problems).toEqual([]);
  return found.map(({ request, key, after }) => ({
    ...request,
    ...(key === null ? {} : { key }),
    ...(after.length > 0 ? { after } : {}),
  }));
}

/** Line, column and message of every problem. */
function problems(text: string): (string | undefined)[][] {
  return readList(text, "markdown").problems.map(({ line, column, message, hint }) => [
    `${line}:${column}`,
    message,
    hint,
  ]);
}

describe("a Markdown list", () => {
  it.each<[name: string, text: string, expected: Record<string, unknown>[]]>([
    ["one item", "- Fix the login", [{ prompt: "Fix the login" }]],
    ["stars and pluses", "* a\n\n+ b", [{ prompt: "a" }, { prompt: "b" }]],
    ["numbers", "1. a\n2. b\n10) c", [{ prompt: "a" }, { prompt: "b" }, { prompt: "c" }]],
    ["an indented list", "   - a\n   - b", [{ prompt: "a" }, { prompt: "b" }]],
    ["CRLF line ends", "- a\r\n  b\r\n- c\r\n", [{ prompt: "a\nb" }, { prompt: "c" }]],
    ["lone carriage returns", "- a\r- b", [{ prompt: "a" }, { prompt: "b" }]],
    ["a byte order mark", "\uFEFF- a", [{ prompt: "a" }]],
    [
      "unicode",
      "- Öffne 日本語 🎉 @ünicode label:日本",
      [{ prompt: "Öffne 日本語 🎉 @ünicode", labels: ["日本"] }],
    ],
    ["nested bullets", "- a\n  - b\n    - c\n- d", [{ prompt: "a\n- b\n  - c" }, { prompt: "d" }]],
    ["paragraphs in order", "- a\n\n  b\n\n  c\n", [{ prompt: "a\n\nb\n\nc" }]],
    [
      "a fence in the details",
      "- a\n  ```sh\n  max:1 @api\n  ```",
      [{ prompt: "a\n```sh\nmax:1 @api\n```" }],
    ],
    [
      "a fence with blank lines",
      "- a\n\n  ~~~\n  x\n\n  priority:9\n  ~~~\n",
      [{ prompt: "a\n\n~~~\nx\n\npriority:9\n~~~" }],
    ],
    ["indented code at the end", "- a\n\n      max:1\n", [{ prompt: "a\n\n    max:1" }]],
    ["HTML at the end", "- a\n\n  <div>\n  max:1\n  </div>", [{ prompt: "a\n\n<div>\nmax:1\n</div>" }]],
    ["code as the whole item", "-     max:1", [{ prompt: "    max:1" }]],
    ["a lazy continuation", "- a\nb", [{ prompt: "a\nb" }]],
    ["tabs", "-\ta\n\n\tb\n\t\tc", [{ prompt: "a\n\nb\n\tc" }]],
    ["text below the marker", "-\n  a @api\n  b", [{ prompt: "a\nb", project: "api" }]],
    ["a heading as the title", "- # a @api\n  b", [{ prompt: "# a\nb", project: "api" }]],
    ["an open box", "- [ ] a\n- [ ] b @x", [{ prompt: "a" }, { prompt: "b", project: "x" }]],
    [
      "a box that is none",
      "- [y] a\n- []b\n- [ ]c",
      [{ prompt: "[y] a" }, { prompt: "[]b" }, { prompt: "[ ]c" }],
    ],
    ["two lists with text between", "- a\n\ntext\n\n- b", [{ prompt: "a" }, { prompt: "b" }]],
    [
      "text kept as it is",
      "- a  **b** _c_ [d](e) <f>  \n  g\\\n  h",
      [{ prompt: "a  **b** _c_ [d](e) <f>\ng\\\nh" }],
    ],
    ["tags first", "- @api priority:high a", [{ prompt: "a", project: "api", priority: 1 }]],
    ["tags in the middle", "- a @api b priority:2 c", [{ prompt: "a b c", project: "api", priority: 2 }]],
    ["tags in brackets", "- a (@api, max:$2.) b", [{ prompt: "a b", project: "api", max_budget_usd: 2 }]],
    ["tags in emphasis", "- a **priority:urgent**", [{ prompt: "a", priority: 2 }]],
    ["names in capitals", "- a Priority:HIGH", [{ prompt: "a", priority: 1 }]],
    [
      "every tag",
      `- a @p key:k agent:x model:m/1 reviewer:y template:t label:l,m label:n max:$2.50 tokens:200k turns:10 attempts:2 rounds:3 timeout:30m after:2,${task} priority:normal\n- b`,
      [
        {
          prompt: "a",
          project: "p",
          key: "k",
          agent: "x",
          model: "m/1",
          reviewer: "y",
          template: "t",
          labels: ["l", "m", "n"],
          max_budget_usd: 2.5,
          max_tokens: 200_000,
          max_turns: 10,
          max_attempts: 2,
          max_rounds: 3,
          turn_timeout_secs: 1800,
          priority: 0,
          depends_on: [task],
          after: [2],
        },
        { prompt: "b" },
      ],
    ],
    [
      "the API's own names",
      "- a max_budget_usd:1 max_tokens:1.5m turn_timeout_secs:90",
      [{ prompt: "a", max_budget_usd: 1, max_tokens: 1_500_000, turn_timeout_secs: 90 }],
    ],
    [
      "tags on the last line",
      "- a\n  b\n  @api max:1",
      [{ prompt: "a\nb", project: "api", max_budget_usd: 1 }],
    ],
    ["tags on the last bullet", "- a\n  - b\n  - budget:1", [{ prompt: "a\n- b", max_budget_usd: 1 }]],
    [
      "tags on the last lines",
      "- a\n\n  @api\n\n  turns:2\n",
      [{ prompt: "a", project: "api", max_turns: 2 }],
    ],
    ["no tags between the details", "- a\n\n  turns:2\n  b", [{ prompt: "a\n\nturns:2\nb" }]],
    [
      "tags in every line of a wrapped title",
      "- Fix what the login\n  says max:$5 about (turns:2)\n  @api\n  the empty password\n\n  max:1 is text here\n",
      [
        {
          prompt: "Fix what the login\nsays about\nthe empty password\n\nmax:1 is text here",
          max_budget_usd: 5,
          max_turns: 2,
          project: "api",
        },
      ],
    ],
    ["tags in a lazy line of a title", "- a\nb max:1", [{ prompt: "a\nb", max_budget_usd: 1 }]],
    ["a wrapped title below the marker", "-\n  a\n  b max:1", [{ prompt: "a\nb", max_budget_usd: 1 }]],
    [
      "code spans over two lines of a title",
      "- a `b\n  max:1` c max:2\n  `d max:3`",
      [{ prompt: "a `b\nmax:1` c\n`d max:3`", max_budget_usd: 2 }],
    ],
    ["a checked item with its key in the second line", "- [x] a\n  #one\n- b after:one", [{ prompt: "b" }]],
    [
      "limits on time",
      "- a wall:2h wait:2d no_progress_turns:4 same_failure_times:5\n- b time:90m\n- c max_wall_secs:7 max_wait_secs:9",
      [
        {
          prompt: "a",
          max_wall_secs: 7200,
          max_wait_secs: 172_800,
          no_progress_turns: 4,
          same_failure_times: 5,
        },
        { prompt: "b", max_wall_secs: 5400 },
        { prompt: "c", max_wall_secs: 7, max_wait_secs: 9 },
      ],
    ],
    ["a title that is only tags", "- @api\n  b", [{ prompt: "b", project: "api" }]],
    [
      "keys and what comes after",
      "- a #one\n- b after:one\n- c after:#one,2",
      [
        { prompt: "a", key: "one" },
        { prompt: "b", after: [1] },
        { prompt: "c", after: [1, 2] },
      ],
    ],
    [
      "an item before the one it waits for",
      "- a after:2\n- b",
      [{ prompt: "a", after: [2] }, { prompt: "b" }],
    ],
    ["who comes after a checked item", "- [x] a #one\n- b after:one,1", [{ prompt: "b" }]],
    [
      "headings",
      "# @api priority:2 label:x\n- a\n## max:$1 label:y\n- b\n- c priority:0 label:z\n# other\n- d",
      [
        { prompt: "a", project: "api", priority: 2, labels: ["x"] },
        { prompt: "b", project: "api", priority: 2, labels: ["x", "y"], max_budget_usd: 1 },
        { prompt: "c", project: "api", priority: 0, labels: ["x", "y", "z"], max_budget_usd: 1 },
        { prompt: "d" },
      ],
    ],
    [
      "headings with lines below",
      "Work @api\n=========\n- a\n\nMore @web\n---------\n- b",
      [
        { prompt: "a", project: "api" },
        { prompt: "b", project: "web" },
      ],
    ],
    ["a comment", "<!-- @api -->\n\n- a", [{ prompt: "a" }]],
  ])("reads %s [req:list.markdown, list.tags, list.every-limit]", (_name, text, expected) => {
    expect(items(text)).toEqual(expected);
  });

  it.each([
    "http://example.org/x",
    "note: foo",
    "note:foo",
    "12:30",
    "std::vector",
    "a:b:c",
    "me@example.org",
    "@scope/package",
    "#123",
    "# x",
    "C#",
    "`@api priority:2 max:$5 #key`",
    "``max:1 ` turns:2``",
    "<https://max:1@example.org>",
    "the timeout: it is too long",
    "label: it is cut",
    "after: lunch",
    "C:\\temp",
    "map:x",
    "\\@api",
    "priority",
    "constructor:x",
    "__proto__:x",
    "toString:x",
    "call:x",
    "main:30",
  ])("leaves %s as it is [req:list.tags]", (text) => {
    expect(items(`- Do ${text} now`)).toEqual([{ prompt: `Do ${text} now` }]);
  });

  it.each<[text: string, at: string, message: string, hint?: string]>([
    ["- a priorty:2", "1:5", "There is no tag priorty.", "Did you mean priority:2?"],
    ["- a pirority:2", "1:5", "There is no tag pirority.", "Did you mean priority:2?"],
    ["- a\n- b budgt:2", "2:5", "There is no tag budgt.", "Did you mean budget:2?"],
    ["- a timout:3m", "1:5", "There is no tag timout.", "Did you mean timeout:3m?"],
    ["- a waal:2h", "1:5", "There is no tag waal.", "Did you mean wall:2h?"],
    ["- a\n  wall: 2h", "2:3", "A tag has no space: write wall:2h."],
    ["- a timeout:\n  30m b", "1:5", "A tag has no space: write timeout:30m."],
    ["- a\n  b turns:x c\n  d", "2:5", "turns:x is not understood"],
    ["- a max:1\n  b max:2", "2:5", "max_budget_usd is given twice, in line 1 too."],
    ["- a wall:2", "1:5", "wall:2 is not understood: expected a time such as 90s, 30m or 2h."],
    ["- a\n-\n  - b\n  - max:x", "4:5", "max:x is not understood"],
    ["- [ ] a lable:x", "1:9", "There is no tag lable.", "Did you mean label:x?"],
    ["- a priority:9", "1:5", "priority:9 is not understood: expected normal, high, urgent or 0 to 2."],
    ["- a max:lots", "1:5", "max:lots is not understood"],
    ["- a timeout:30", "1:5", "timeout:30 is not understood"],
    ["- a max: $5", "1:5", "A tag has no space: write max:$5."],
    ["- a\n  b\n  - priority: high", "3:5", "A tag has no space: write priority:high."],
    ["- a @x @y", "1:8", "project is given twice"],
    ["- a turns:5000", "1:5", "max_turns:"],
    ["- a key:9", "1:5", "key:9 is not understood"],
    ["- a after:b", "1:5", "No item has the key b."],
    ["- a #login\n- b after:logn", "2:5", "No item has the key logn.", "Did you mean login?"],
    ["- a after:7", "1:5", "There is no item 7: the list has 1."],
    ["- a #k\n- b #k", "2:5", "The key k is that of item 1 already."],
    ["- a after:1", "1:5", "Nothing of this could ever start: #1 → #1."],
    [
      "- a #x after:3\n- b after:x\n- c after:2",
      "1:8",
      "Nothing of this could ever start: #1 x → #3 → #2 → #1 x.",
    ],
    ["-\n- a", "1:1", "The item says nothing to do."],
    ["- @api", "1:3", "The item says nothing to do."],
    ["", "1:undefined", "There is no list item."],
    ["\n  \n", "1:undefined", "There is no list item."],
    ["Only text.", "1:undefined", "There is no list item."],
    ["## #k\n- a", "1:4", "A key belongs to one item"],
    ["## max:x\n- a", "1:4", "max:x is not understood"],
    [`- ${"x".repeat(5000)}`, "1:undefined", "The line is longer than 4000 characters."],
    [`- a\n  ${"x".repeat(5000)}`, "2:undefined", "The line is longer than 4000 characters."],
  ])("says what is wrong with %j [req:list.problems, list.tags]", (text, at, message, hint) => {
    expect(problems(text)[0]).toEqual([
      at,
      expect.stringContaining(message),
      hint === undefined ? (problems(text)[0]?.[2] as string) : expect.stringContaining(hint),
    ]);
  });

  it("finds every problem, in order [req:list.problems]", () => {
    const found = problems("- a max:x\n- b after:no\n- c\n  turns:x\n- d priorty:1");
    expect(found.map(([at]) => at)).toEqual(["1:5", "2:5", "4:3", "5:5"]);
  });

  it("says what it leaves out [req:list.markdown]", () => {
    const { skipped } = readList(
      "Tonight:\n\n- [x] a max:x\n- b\n\n> - quoted\n\n```\n- code\n```\n",
      "markdown",
    );
    expect(skipped).toEqual([
      { line: 1, text: "Tonight:", reason: "not_an_item" },
      { line: 3, item: 1, text: "a max:x", reason: "checked" },
      { line: 6, text: "> - quoted", reason: "not_an_item" },
      { line: 8, text: "```", reason: "not_an_item" },
    ]);
  });

  it("takes 500 items and no more [req:list.limits]", () => {
    const many = (count: number) =>
      readList(Array.from({ length: count }, (_, at) => `- ${at}`).join("\n"), "markdown");
    expect(many(500)).toMatchObject({ items: { length: 500 }, problems: [] });
    expect(many(501).problems).toMatchObject([
      { line: 501, message: expect.stringContaining("at most 500 items") },
    ]);
    expect(many(100_000).problems).toHaveLength(1);
  });

  it("follows a chain as long as a list [req:list.limits]", () => {
    const chain = Array.from({ length: 500 }, (_, at) => `- ${at} after:${at === 499 ? 1 : at + 2}`);
    expect(readList(chain.join("\n"), "markdown").problems).toHaveLength(1);
    chain[499] = "- end";
    expect(readList(chain.join("\n"), "markdown").problems).toEqual([]);
  });
});
