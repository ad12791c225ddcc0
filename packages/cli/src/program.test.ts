import { operations } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { buildProgram, commandDefinitions } from "./program.ts";

const rows = Object.entries(operations).flatMap(([name, row]) => ("cli" in row ? [{ name, row }] : []));

describe("every operation that names a command", () => {
  it.each(rows)(
    "$name is `harness $row.cli` and takes all its parameters [req:cli.operations]",
    ({ name, row }) => {
      const definition = commandDefinitions.find(({ path }) => path === row.cli);
      expect(definition?.operation).toBe(name);
      const given = new Set([
        ...(definition?.positionals ?? []).map(({ param }) => param),
        ...(definition?.forms() ?? []).map(({ path }) => path.split(".")[0]),
        ...Object.keys(definition?.absent ?? {}),
      ]);
      expect(Object.keys(row.params.shape).filter((param) => !given.has(param))).toEqual([]);
    },
  );
});

describe("the command line", () => {
  it("has a row for every command that claims one [req:cli.operations]", () => {
    const claimed = commandDefinitions.filter(
      ({ path, operation }) => operation !== undefined && path !== "exec",
    );
    expect(claimed.map(({ path }) => path).sort()).toEqual(rows.map(({ row }) => row.cli).sort());
  });

  it("shows the summary of the table in its help [req:cli.operations]", () => {
    let shown = "";
    const program = buildProgram(async () => {}, { writeOut: (text) => (shown += text), writeErr: () => {} });
    program.commands.find((command) => command.name() === "task")?.outputHelp();
    for (const { row } of rows.filter(({ row }) => row.cli?.startsWith("task ")))
      expect(shown.replace(/\s+/g, " ")).toContain(row.summary.slice(0, 40));
  });

  it("uses no option twice in one command [req:cli.operations]", () => {
    for (const { path, forms, extras } of commandDefinitions) {
      const flags = [...forms(), ...extras].map(({ flags }) => /--[a-z-]+/.exec(flags)?.[0]);
      expect(flags, path).toEqual([...new Set(flags)]);
    }
  });
});
