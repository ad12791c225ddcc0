import type { ListFormat } from "@harness/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectFormat } from "./detect-format.ts";
import { readList } from "./read-list.ts";

/** Line, column and message of every problem. */
function problems(text: string, format: ListFormat) {
  return readList(text, format).problems.map(({ line, column, message, hint }) => [
    `${line}:${column}`,
    hint === undefined ? message : `${message} ${hint}`,
  ]);
}

describe("a YAML list", () => {
  it.each<[name: string, text: string, expected: unknown[]]>([
    [
      "a list of fields",
      "- prompt: a\n  project: p\n  labels: [x, y]\n",
      [{ prompt: "a", project: "p", labels: ["x", "y"] }],
    ],
    ["texts", "- a\n- |\n  b\n  c\n", [{ prompt: "a" }, { prompt: "b\nc\n" }]],
    ["a map of tasks", "tasks:\n- prompt: a\n", [{ prompt: "a" }]],
    ["JSON", '{"tasks": [{"prompt": "a", "max_budget_usd": 1.5}]}', [{ prompt: "a", max_budget_usd: 1.5 }]],
    ["CRLF and a mark", "\uFEFF- prompt: a\r\n  title: t\r\n", [{ prompt: "a", title: "t" }]],
    [
      "a few aliases",
      "- prompt: a\n  labels: &l [x]\n- prompt: b\n  labels: *l\n",
      [
        { prompt: "a", labels: ["x"] },
        { prompt: "b", labels: ["x"] },
      ],
    ],
    ["an alias of an item", "- &a\n  prompt: a\n- *a\n", [{ prompt: "a" }, { prompt: "a" }]],
    ["quoted numbers as text", "- prompt: '12'\n", [{ prompt: "12" }]],
  ])("reads %s [req:list.yaml]", (_name, text, expected) => {
    const { items, problems: found } = readList(text, "yaml");
    expect(found).toEqual([]);
    expect(items.map(({ request }) => request)).toEqual(expected);
  });

  it("has defaults, keys and what comes after [req:list.yaml]", () => {
    const text =
      "defaults: {project: p, max_turns: 3}\ntasks:\n- {prompt: a, key: k}\n- {prompt: b, after: k}\n- {prompt: c, after: [1, k]}\n";
    const list = readList(text, "yaml");
    expect(list.problems).toEqual([]);
    expect(list.defaults).toEqual({ project: "p", max_turns: 3 });
    expect(list.items.map(({ key, after, place }) => [key, after, place.line])).toEqual([
      ["k", [], 3],
      [null, [1], 4],
      [null, [1], 5],
    ]);
  });

  it.each<[text: string, at: string, message: string]>([
    ["- prompt: a\n  proiority: 2", "2:3", "There is no field proiority. Did you mean priority?"],
    ["- prompt: a\n  priority: high", "2:3", "priority: "],
    ["- prompt: a\n  max_turns: 0", "2:3", "max_turns: "],
    ["- prompt: a\n  prompt: b", "2:3", "prompt is given twice."],
    ["- prompt: {a: b}", "1:3", "prompt cannot be a map."],
    ["- title: a", "1:3", "The item says nothing to do."],
    ["- prompt: a\n- 7", "2:3", "An item is a map of fields, or a text."],
    ["- prompt: a\n  __proto__: {x: 1}", "2:3", "__proto__ cannot be a map."],
    ["- prompt: a\n  __proto__: x", "2:3", "There is no field __proto__."],
    ["- prompt: a\n  constructor: x", "2:3", "There is no field constructor."],
    ["- prompt: a\n  <<: x", "2:3", "There is no field <<."],
    ["__proto__: []", "1:1", "There is no part __proto__ of a list"],
    ["defaults: {prompt: x}\ntasks: [a]", "1:12", "There is no field prompt."],
    ["defaults: 7\ntasks: [a]", "1:1", "defaults must be a map of fields."],
    ["tasks: 7", "1:1", "tasks must be a list of items."],
    ["just text", "1:1", "A YAML list is a list of items, or a map of defaults and tasks."],
    ["- [", "1:4", "This is not valid YAML"],
    ["- a\n---\n- b", "2:1", "This is not valid YAML"],
    ["- prompt: !!js/function x", "1:11", "This is not valid YAML"],
    ["- *a", "1:3", "An item is a map of fields, or a text."],
    ["", "1:undefined", "There is no item."],
    ["# only a comment", "1:undefined", "There is no item."],
    ["[]", "1:undefined", "There is no item."],
  ])("says what is wrong with %j [req:list.problems, list.yaml]", (text, at, message) => {
    expect(problems(text, "yaml")[0]).toEqual([at, expect.stringContaining(message)]);
  });

  it("changes no prototype [req:list.hostile]", () => {
    for (const text of [
      "- prompt: a\n  __proto__: {polluted: 1}",
      "__proto__: {polluted: 1}",
      "defaults: {__proto__: {polluted: 1}}\ntasks: [a]",
    ])
      readList(text, "yaml");
    readList('{"prompt":"a","__proto__":{"polluted":1}}', "jsonl");
    expect("polluted" in {}).toBe(false);
  });

  it("refuses a bomb of aliases, and nesting without end [req:list.hostile]", () => {
    const bomb = [
      "- &a [x, x]",
      ...Array.from({ length: 30 }, (_, at) => `- &a${at} [${`*a${at === 0 ? "" : at - 1}, `.repeat(9)}]`),
    ].join("\n");
    expect(problems(bomb, "yaml")).toEqual([
      ["1:undefined", expect.stringContaining("more than 100 aliases")],
    ]);
    for (const part of ["[", "{a: ", "- ", "? ", "&a ", "!a "])
      expect(problems(part.repeat(20_000), "yaml").length).toBeGreaterThan(0);
    const keys = Array.from({ length: 20_000 }, (_, at) => `k${at}: 1`).join("\n");
    expect(problems(keys, "yaml")).toHaveLength(101);
  });
});

describe("JSON lines", () => {
  it("are one item a line [req:list.jsonl]", () => {
    const text = '{"prompt":"a","key":"k"}\n\n{"prompt":"b","after":["k",1],"labels":["x"]}\r\n';
    const { items, problems: found } = readList(text, "jsonl");
    expect(found).toEqual([]);
    expect(items.map(({ request, after, place }) => [request, after, place.line])).toEqual([
      [{ prompt: "a" }, [], 1],
      [{ prompt: "b", labels: ["x"] }, [1], 3],
    ]);
  });

  it.each<[text: string, at: string, message: string]>([
    ['{"prompt":"a"}\n{', "2:undefined", "The line is not valid JSON"],
    ["[]", "1:undefined", "A line is one JSON object."],
    ["null", "1:undefined", "A line is one JSON object."],
    ['{"prompt":"a","promt":"b"}', "1:undefined", "There is no field promt. Did you mean prompt?"],
    ['{"prompt":"a","__proto__":{"x":1}}', "1:undefined", "There is no field __proto__."],
    ['{"prompt":"a","priority":"high"}', "1:undefined", "priority: "],
    ['{"prompt":""}', "1:undefined", "prompt: "],
    ["", "1:undefined", "There is no item."],
  ])("say what is wrong with %j [req:list.problems, list.jsonl]", (text, at, message) => {
    expect(problems(text, "jsonl")[0]).toEqual([at, expect.stringContaining(message)]);
  });
});

describe("the format of a text", () => {
  it.each<[string, ListFormat]>([
    ["- Fix it", "markdown"],
    ["# Tonight\n\n- Fix it", "markdown"],
    ["", "markdown"],
    ["- note: fix it", "markdown"],
    ["- [ ] prompt: x", "markdown"],
    ["- prompt: a", "yaml"],
    ["# comment\n- title: a\n  prompt: b", "yaml"],
    ["tasks:\n- a", "yaml"],
    ["---\n- a", "yaml"],
    ['[{"prompt": "a"}]', "yaml"],
    ['{\n  "tasks": []\n}', "yaml"],
    ['{"tasks": []}', "yaml"],
    ['\uFEFF{"prompt": "a"}\n{"prompt": "b"}', "jsonl"],
  ])("of %j is %s [req:list.detect]", (text, format) => {
    expect(detectFormat(text)).toBe(format);
  });
});

describe("whatever the text", () => {
  const formats = fc.constantFrom<ListFormat>("markdown", "yaml", "jsonl");
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "- ",
      "\n",
      "\r\n",
      "  ",
      "\t",
      "`",
      "```",
      "# ",
      "@a",
      "#k",
      "after:",
      "priority:",
      "max:",
      "[x] ",
      ": ",
      "&a ",
      "*a",
      "{",
      "[",
      '"',
      "|",
      "<<: ",
      "__proto__: ",
    ),
  );

  it("reading throws nothing, and every problem has a line of it [req:list.hostile]", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), formats, (pieces, format) => {
        const text = pieces.join("");
        const lines = text.split(/\r\n?|\n/).length;
        const { items, problems: found, skipped } = readList(text, format);
        for (const { line } of [...found, ...skipped]) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
        }
        // Never silent: an item, a problem, or an item that is ticked off already.
        expect(items.length + found.length + skipped.length).toBeGreaterThan(0);
        expect(Array.isArray(items)).toBe(true);
        detectFormat(text);
      }),
      { numRuns: 500 },
    );
  });

  it("text without tags comes out as it went in [req:list.round-trip]", () => {
    const word = fc.stringMatching(/^[a-zäöü日本][a-zäöü日本]{0,9}$/u);
    const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" "));
    const detail = fc.oneof(
      line,
      line.map((text) => `- ${text}`),
      line.map((text) => `> ${text}`),
      fc.constant(""),
    );
    const item = fc
      .tuple(line, fc.array(detail, { maxLength: 5 }))
      .map(([first, rest]) => [first, ...rest].join("\n").trimEnd());
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 8 }), (prompts) => {
        const text = prompts.map((prompt) => `- ${prompt.split("\n").join("\n  ")}`).join("\n");
        expect(readList(text, "markdown").items.map(({ request }) => request.prompt)).toEqual(prompts);
        const jsonl = prompts.map((prompt) => JSON.stringify({ prompt })).join("\n");
        expect(readList(jsonl, "jsonl").items.map(({ request }) => request.prompt)).toEqual(prompts);
        expect(readList(JSON.stringify(prompts), "yaml").items.map(({ request }) => request.prompt)).toEqual(
          prompts,
        );
      }),
      { numRuns: 200 },
    );
  });
});
