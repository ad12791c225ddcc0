import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ProjectSettings } from "./project.ts";
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

  it("is none in the settings of a project stored before there were any [req:template.settings]", () => {
    const settings = {
      base_branch: "main",
      branch_prefix: "harness/",
      setup: [],
      copy_files: [],
      cache_dirs: [],
      validation: "none",
      validation_timeout_secs: 1,
      agent: "auto",
      review: { enabled: false, reviewer_agent: null, max_rounds: 1, allow_same_agent: false },
      max_concurrent: 1,
      lfs: false,
      submodules: false,
    };
    expect(ProjectSettings.parse(settings).templates).toEqual({});
  });
});
