import { noCaps, type ProjectSettings } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { changedWish, draftOf, wishOf } from "./draft.ts";

const settings: ProjectSettings = {
  base_branch: "main",
  branch_prefix: "harness/",
  setup: [["npm", "ci"]],
  copy_files: [".env.example"],
  cache_dirs: ["node_modules"],
  validation: [{ name: "test", argv: ["npm", "test"], timeout_secs: 60 }],
  validation_timeout_secs: 600,
  agent: "auto",
  review: { enabled: true, reviewer_agent: null, max_rounds: 3, allow_same_agent: false },
  max_concurrent: 4,
  lfs: false,
  submodules: false,
  night_limits: { ...noCaps, max_turns: 100 },
  takeover: false,
  sandbox: null,
  templates: {},
  protected_paths: [],
  allowed_hosts: ["example.org:443"],
};

describe("the settings of a project as they are typed", () => {
  it("are the same again when nothing was typed", () => {
    const { agent, templates, ...rest } = settings;
    expect(wishOf(draftOf(settings))).toEqual({ ...rest, default_agent: agent });
    expect(templates).toEqual({});
    expect(changedWish(draftOf(settings), draftOf(settings))).toEqual({});
  });

  it("send only what was changed", () => {
    const before = draftOf(settings);
    const after = {
      ...before,
      setup: "npm ci\n\n  npm run 'build all' ",
      max_rounds: "5",
      night: { ...before.night, max_turns: "", max_budget_usd: "2.5" },
      unproven: true,
      sandbox: "read-only",
    };
    expect(changedWish(before, after)).toEqual({
      setup: [
        ["npm", "ci"],
        ["npm", "run", "build all"],
      ],
      validation: "none",
      review: { max_rounds: 5 },
      night_limits: { max_turns: null, max_budget_usd: 2.5 },
      sandbox: "read-only",
    });
  });
});
