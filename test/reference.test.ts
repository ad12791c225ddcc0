import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCatalogue, eventTypes, operations, streams } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { referencePages } from "../scripts/reference-pages.ts";

const folder = join(import.meta.dirname, "..", "docs", "reference");
const page = (name: string) => readFileSync(join(folder, name), "utf8");

describe("the reference", () => {
  it("is what the tables say [req:frame.docs]", () => {
    for (const [name, text] of Object.entries(referencePages())) expect(page(name), name).toBe(text);
  });

  it("leaves nothing out [req:frame.docs, mcp.docs]", () => {
    for (const code of Object.keys(errorCatalogue)) expect(page("errors.md")).toContain(`\`${code}\``);
    for (const type of eventTypes) expect(page("events.md")).toContain(`## ${type}`);
    for (const name of Object.keys(operations)) expect(page("operations.md")).toContain(`## ${name}`);
    for (const [name, row] of Object.entries(operations))
      if (row.mcp) expect(page("mcp.md")).toContain(`\`${name}\``);
    for (const { path } of Object.values(streams)) expect(page("streams.md")).toContain(`## ${path}`);
  });
});
