import { mkdirSync, writeFileSync } from "node:fs";
import { SubmittedList } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sumFiles } from "../../server/test/scenarios/world.ts";
import { makeRepository } from "../../server/test/support/git-fixture.ts";
import { type Machine, machine, type Process } from "./support/installed.ts";
import { typed } from "./support/typed.ts";

const text = `Tonight:

## priority:high
- Make sum add @api #sum max:$2
  - in sum.js
- Say so after:sum @docs template:words

## Later
- [x] Done already
- Tidy up
`;

describe("harness task submit -f", () => {
  let at: Machine;
  let server: Process;
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(at.path(name), content);
    return name;
  };
  const submit = (...argv: string[]) => at.run(at.dir, "task", "submit", "-f", ...argv);
  const parsed = (out: string) => SubmittedList.parse(JSON.parse(out));

  beforeAll(async () => {
    at = machine();
    server = at.start(at.dir, "serve", "--port", "0");
    await server.said("Log in with a browser");
    for (const name of ["api", "docs"]) {
      const root = makeRepository(at.path(name), sumFiles);
      await at.run(root, "project", "add", "--yes", "--name", name, ...(name === "api" ? ["--default"] : []));
    }
    // Nobody is there to do a task of the one; those of the other do not start.
    await at.run(at.dir, "project", "set", "docs", "--no-active");
    const set = await at.run(
      at.dir,
      "project",
      "template",
      "set",
      "docs",
      "words",
      "--max-turns",
      "4",
      "Plain words: {{prompt}}",
    );
    expect(set).toMatchObject({ code: 0, out: expect.stringContaining("limits\tmax_turns=4") });
  });
  afterAll(async () => {
    server.kill("SIGTERM");
    await server.ended;
    await at[Symbol.asyncDispose]();
  });

  it("shows what a list would do, and then does it [req:list.submit, list.dry-run, template.cli]", async () => {
    const name = file("tasks.md", text);
    const circles = "7 d a wait, 3 turns without progress, 3 times the same failure";
    const tried = await submit(name, "--dry-run", "--max-attempts", "1");
    expect(tried.code, tried.err).toBe(0);
    expect(tried.out.trimEnd().split("\n")).toEqual([
      `#1 sum\tnow\tapi\tMake sum add\thigh\tauto\t$2, 1 attempt, 3 rounds, 60 min a turn, ${circles}`,
      `#4\tnow\tapi\tTidy up\tnormal\tauto\tno cap, 1 attempt, 3 rounds, 60 min a turn, ${circles}`,
      `#2\twhen docs is active\tdocs\tSay so\thigh\tauto (words)\tno cap, 4 turns, 1 attempt, 3 rounds, 60 min a turn, ${circles}`,
    ]);
    expect(tried.err).toContain("left out, line 1: no list item: Tonight:");
    expect(tried.err).toContain("left out, line 9: done: Done already");
    expect(tried.err).toContain("3 tasks in 2 projects, no cap on the sum");
    expect(tried.err).toContain("Nothing was submitted.");
    expect((await at.run(at.dir, "task", "list")).out).toBe("");

    const done = await submit(name);
    const list_id = /--list-id (list_\w+)/.exec(done.err)?.[1] ?? "";
    const listed = await at.run(at.dir, "task", "list", "--list-id", list_id, "--json");
    const tasks: unknown = JSON.parse(listed.out);
    expect(tasks).toMatchObject({
      data: [
        { title: "Tidy up", priority: 0 },
        { title: "Say so", project: "docs", priority: 1 },
        { title: "Make sum add", priority: 1 },
      ],
    });
  });

  it("says so when every item is ticked off [req:list.submit]", async () => {
    const ran = await submit(file("ticked.md", "- [x] a\n- [x] b\n"));
    expect(ran).toMatchObject({ code: 0, out: "" });
    expect(ran.err).toContain("left out, line 1: done: a");
    expect(ran.err).toContain("Nothing is left to submit: every item is ticked off.");
  });

  it("reads standard input, YAML and JSON lines [req:list.submit, list.detect]", async () => {
    const json = ["--dry-run", "--json"];
    const markdown = await at.feed(at.dir, "- a\n- b after:1\n", "task", "submit", "-f", "-", ...json);
    expect(parsed(markdown.out)).toMatchObject({ format: "markdown", tasks: { length: 2 } });
    const lines = await at.feed(at.dir, '{"prompt":"a"}\n', "task", "submit", "-f", "-", ...json);
    expect(parsed(lines.out)).toMatchObject({ format: "jsonl", tasks: { length: 1 } });
    const forced = await at.feed(
      at.dir,
      "- prompt: a\n",
      "task",
      "submit",
      "-f",
      "-",
      "--format",
      "markdown",
      ...json,
    );
    expect(parsed(forced.out)).toMatchObject({ format: "markdown", tasks: [{ prompt: "prompt: a" }] });
    const yaml = await submit(file("tasks.yaml", "- prompt: a\n  project: docs\n"), ...json);
    expect(parsed(yaml.out)).toMatchObject({ format: "yaml", tasks: [{ project: "docs" }] });
    const jsonl = await submit(file("tasks.jsonl", '{"prompt":"a"}\n{"prompt":"b"}\n'), ...json);
    expect(parsed(jsonl.out)).toMatchObject({ format: "jsonl", tasks: { length: 2 } });
    const here = await at.run(at.path("docs"), "task", "submit", "-f", at.path("tasks.jsonl"), ...json);
    expect(parsed(here.out).tasks.map(({ project }) => project)).toEqual(["docs", "docs"]);
  });

  it("says every problem with its line and submits nothing [req:list.problems, list.all-or-nothing]", async () => {
    const name = file("wrong.md", "- a priorty:2\n- b after:nobody\n- c\n");
    const before = (await at.run(at.dir, "task", "list")).out;
    const refused = await submit(name);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("(list_invalid)");
    expect(refused.err).toContain("  1:5  There is no tag priorty. Did you mean priority:2?");
    expect(refused.err).toContain("  2:5  No item has the key nobody.");
    const tried = await submit(name, "--dry-run");
    expect(tried).toMatchObject({
      code: 2,
      out: expect.stringMatching(/^1:5 {2}There is no tag priorty.*\n2:5 {2}No item/),
    });
    expect((await at.run(at.dir, "task", "list")).out).toBe(before);
  });

  it("refuses what is no list in one line [req:cli.errors, list.limits]", async () => {
    mkdirSync(at.path("folder"), { recursive: true });
    for (const [argv, said] of [
      [[file("large.md", "x".repeat(1_000_001))], "large.md is larger than 1000000 bytes."],
      [[file("latin.md", Buffer.from([0x2d, 0x20, 0xe4]))], "latin.md is not UTF-8 text."],
      [["folder"], "folder cannot be read: EISDIR."],
      [["nowhere.md"], "nowhere.md cannot be read: ENOENT."],
      [["tasks.md", "--format", "toml"], "--format: "],
      [["tasks.md", "--title", "x"], "--title is for one task, not for a list."],
      [["tasks.md", "and", "a", "prompt"], "A prompt and a list exclude each other."],
    ] as const) {
      const ran = await submit(...argv);
      expect(ran).toMatchObject({ code: 2, out: "", err: expect.stringContaining(said) });
    }
  });
});

describe("the templates of a project on the command line", () => {
  it("are listed and removed; one task can use one [req:template.cli]", async () => {
    await using at = machine();
    const server = at.start(at.dir, "serve", "--port", "0");
    await server.said("Log in with a browser");
    const root = makeRepository(at.path("api"), sumFiles);
    await at.run(root, "project", "add", "--yes", "--name", "api");
    await at.run(root, "project", "set", "api", "--no-active");
    await at.feed(root, "Do {{title}}", "project", "template", "set", "api", "fix", "-", "--label", "l");
    expect((await at.run(root, "project", "template", "list", "api")).out).toBe("fix\t\t\tDo {{title}}\n");
    const submitted = await at.run(root, "task", "submit", "--template", "fix", "It", "--json");
    const { task_id } = JSON.parse(submitted.out) as { task_id: string };
    const shown: unknown = JSON.parse((await at.run(root, "task", "show", task_id, "--json")).out);
    expect(shown).toMatchObject({ prompt: "Do It\n\nIt", labels: ["l"] });
    expect(await at.run(root, "project", "template", "remove", "api", "fix")).toMatchObject({ code: 0 });
    const gone = await at.run(root, "exec", "--template", "fix", "It");
    expect(gone).toMatchObject({ code: 2, err: expect.stringContaining("Project api has no template fix.") });
    server.kill("SIGTERM");
    await server.ended;
  });

  it("make no sense without a list for its options [req:cli.errors]", async () => {
    const ran = await typed(["task", "submit", "--dry-run", "x"], { url: "http://127.0.0.1:1" });
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining("--dry-run is for a list.") });
  });
});
