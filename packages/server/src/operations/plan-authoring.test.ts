import type { TaskPlan } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { type AuthoringFacts, authoringOf } from "./plan-authoring.ts";

const nothing: AuthoringFacts = {
  request: "How does src/sum.ts work?",
  items: [],
  planText: null,
  plan: null,
  checks: [],
  implements: false,
  changed: false,
  validated: false,
};
const read = { id: "1", kind: "tool_call", name: "Read", input: { file_path: "src/sum.ts" } } as const;
const edit = { id: "2", kind: "file_change", name: "Edit", path: "src/sum.ts" } as const;

describe("what an agent means to write [req:sessions.authoring]", () => {
  it("is nothing while it only answers, however much it reads", () => {
    expect(authoringOf({ ...nothing, items: [read] })).toBeNull();
  });

  it("begins with what was asked, and goes on with the plan, looks and edits", () => {
    const facts = { ...nothing, implements: true, request: "Right src/sum.ts and test/sum.test.ts" };
    const files = ["src/sum.ts", "test/sum.test.ts"];
    expect(authoringOf(facts)).toMatchObject({ phase: "context_built", candidate_files: files });
    const planned = { ...facts, planText: "- [ ] change `lib/add.ts`" };
    expect(authoringOf(planned)).toMatchObject({
      phase: "plan_created",
      candidate_files: [...files, "lib/add.ts"],
      structured_plan: null,
    });
    const looked = { ...planned, items: [read] };
    expect(authoringOf(looked)).toMatchObject({ phase: "files_inspected", inspected_files: ["src/sum.ts"] });
    const edited = { ...looked, items: [read, edit] };
    expect(authoringOf(edited)).toMatchObject({ phase: "edits_applied", edit_scope: ["src/sum.ts"] });
  });

  it("has the context that was gathered before a model was asked", () => {
    const input = { candidate_files: ["src/sum.ts"] };
    const item = { id: "0", kind: "tool_call", name: "authoring_context", input } as const;
    expect(authoringOf({ ...nothing, request: "Right the sum", items: [item] })).toMatchObject({
      phase: "context_built",
      candidate_files: ["src/sum.ts"],
      inspected_files: [],
    });
  });

  it("is validated by Harness only, and only what was changed", () => {
    const facts = { ...nothing, items: [edit], validated: true };
    expect(authoringOf(facts)?.phase).toBe("validated");
    expect(authoringOf({ ...nothing, planText: "x", validated: true })?.phase).toBe("plan_created");
    expect(authoringOf({ ...nothing, changed: true })).toMatchObject({
      phase: "edits_applied",
      edit_scope: [],
    });
  });

  it("has the plan of modules of a task, with the checks it will be judged by", () => {
    const plan: TaskPlan = {
      text: "two",
      modules: [
        { name: "add", description: "the sum", files: ["src/sum.ts"], depends_on: [] },
        { name: "proof", description: "its test", files: ["test/sum.test.ts"], depends_on: ["add"] },
      ],
      steps: [],
      estimated_iterations: null,
    };
    const other = { ...read, input: { path: "README.md" } };
    const checks = [{ name: "test", argv: ["npm", "test"] }];
    const facts = { ...nothing, request: "go", implements: true, items: [read, other], plan, checks };
    expect(authoringOf(facts)).toMatchObject({
      phase: "files_inspected",
      candidate_files: ["src/sum.ts", "test/sum.test.ts"],
      structured_plan: {
        primary_files: ["src/sum.ts"],
        supporting_files: ["README.md"],
        validation_files: ["test/sum.test.ts"],
        planned_edits: [
          { path: "src/sum.ts", change: "add", why: "the sum" },
          { path: "test/sum.test.ts", change: "proof", why: "its test" },
        ],
        validation_plan: [{ command: "npm test", scope: "test" }],
      },
    });
  });
});
