import { describe, expect, it } from "vitest";
import { z } from "zod";
import { taskFields } from "./task-request.ts";
import { templateFields } from "./template.ts";

const { prompt: _, ...shared } = templateFields;

describe("a template", () => {
  it.each(Object.entries(shared))(
    "takes for %s what a task takes [req:template.settings]",
    (name, schema) => {
      const own = z.toJSONSchema(taskFields[name as keyof typeof shared]);
      expect(z.toJSONSchema(schema)).toEqual({ ...own, description: undefined });
    },
  );
});
