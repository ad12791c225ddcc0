import { describe, expect, it } from "vitest";
import { configRows, configVariable } from "./keys.ts";
import { laterTables } from "./later-keys.ts";
import { nearest } from "./nearest.ts";

describe("the table of settings", () => {
  it("has defaults its own rules accept, and no variable or flag twice [req:config.reference]", () => {
    const variables = configRows().map(([path]) => configVariable(path));
    expect(new Set(variables).size).toBe(variables.length);
    const flags = configRows().flatMap(([, row]) => (row.flag === undefined ? [] : [row.flag]));
    expect(new Set(flags).size).toBe(flags.length);
    for (const [path, row] of configRows()) {
      expect(row.doc, path).toMatch(/^.{10,}\.$/);
      if (row.default !== null) expect(row.type.schema.safeParse(row.default).success, path).toBe(true);
    }
  });

  it("lists nothing both as a setting and as later", () => {
    const paths = new Set<string>(configRows().map(([path]) => path));
    const both = laterTables
      .flatMap((row) => row.keys.map((name) => `${row.table}.${name}`))
      .filter((one) => paths.has(one));
    expect(both).toEqual([]);
  });

  it.each([
    ["prot", "port"],
    ["defualt_agent", "default_agent"],
    ["clipath", "cli_path"],
    ["PORT", "port"],
    ["zzzzzz", undefined],
    ["x".repeat(5000), undefined],
  ])("takes %s for %s [req:config.misspelt]", (typed, meant) => {
    expect(nearest(typed, ["port", "host", "default_agent", "cli_path"])).toBe(meant);
  });
});
