import { z } from "zod";
import { operation } from "./operation.ts";
import { TaskId } from "./task.ts";
import { StatusChange } from "./task-operations.ts";
import { changedCaps } from "./task-request.ts";
import { Landing, Timestamp } from "./words.ts";

const Branch = z.string().min(1).max(200);
const HeadSha = z
  .string()
  .optional()
  .meta({ description: "Refuse when the work has moved from this commit" });

/** Why work cannot be taken from a repository as it stands now. */
const repositoryErrors = ["not_a_repository", "invalid_ref", "repo_config_tampered", "git_failed"] as const;

/** What a person does with work: take it, ask for a change, look at it, throw it away. */
export const afterDoneOperations = {
  "task/accept": operation({
    summary:
      "Land finished work in a branch, or accept what is unproven of waiting work; recorded and shown in the grade",
    http: ["POST /tasks/{task_id}/accept"],
    scope: "operate",
    mcp: false,
    cli: "task accept",
    params: () =>
      z.strictObject({
        task_id: TaskId,
        into: Branch.optional().meta({
          description: "Branch the finished work is merged into; its clean checkout is updated with it",
        }),
        strategy: z.enum(["auto", "ff_only", "merge"]).optional().meta({
          description: "auto fast-forwards where it can and merges otherwise",
        }),
        head_sha: HeadSha,
      }),
    result: () =>
      StatusChange.extend({
        landed: Landing.nullable(),
        verified: z.boolean().nullable().meta({
          description:
            "Whether the commit the branch is at now is the one that was proven; a merge commit is not. Null when nothing landed",
        }),
        checkout: z
          .string()
          .nullable()
          .meta({ description: "The checkout that was updated with the branch" }),
      }).meta({ id: "TaskAccepted" }),
    errors: [
      "task_not_found",
      "illegal_transition",
      "task_discarded",
      "evidence_stale",
      "unproven",
      "head_moved",
      "merge_conflict",
      "not_fast_forward",
      "checkout_dirty",
      "checkout_unsuitable",
      ...repositoryErrors,
      "draining",
    ],
  }),
  "task/revise": operation({
    summary: "Ask for a change to the work of a task: a new round that goes on from where it stands",
    http: ["POST /tasks/{task_id}/revise"],
    scope: "submit",
    mcp: true,
    cli: "task revise",
    params: () =>
      z.strictObject({
        task_id: TaskId,
        prompt: z.string().min(1).max(262_144).meta({ description: "What to change, in plain words" }),
        ...changedCaps,
      }),
    result: () =>
      StatusChange.extend({
        revision: z.number().int().meta({ description: "Number of this revision of the task, from 1" }),
      }).meta({ id: "TaskRevised" }),
    errors: ["task_not_found", "illegal_transition", "task_discarded", "draining"],
  }),
  "task/checkout": operation({
    summary: "Put the work of a task into a worktree of its own, or into the repository's own checkout",
    http: ["POST /tasks/{task_id}/checkout"],
    scope: "operate",
    mcp: false,
    cli: "task checkout",
    params: () =>
      z.strictObject({
        task_id: TaskId,
        path: z.string().min(1).max(4096).optional().meta({
          description: "New directory for it; beside the repository unless told",
        }),
        switch: z.boolean().optional().meta({
          description: "Switch the repository's own checkout to the branch, when it is clean",
        }),
      }),
    result: () =>
      z
        .object({
          task_id: z.string(),
          path: z.string(),
          branch: z.string(),
          commit: z.string(),
          created: z.boolean().meta({ description: "False when the branch was checked out there already" }),
        })
        .meta({ id: "TaskCheckout" }),
    errors: [
      "task_not_found",
      "task_discarded",
      "not_finished",
      "root_not_allowed",
      "branch_taken",
      "checkout_dirty",
      "checkout_unsuitable",
      ...repositoryErrors,
    ],
  }),
  "task/discard": operation({
    summary: "Throw the work of a task away: stops it, deletes its branch and snapshots; what landed stays",
    http: ["POST /tasks/{task_id}/discard"],
    scope: "operate",
    mcp: false,
    destructive: true,
    cli: "task discard",
    params: () => z.strictObject({ task_id: TaskId }),
    result: () =>
      StatusChange.extend({
        discarded_at: Timestamp,
        branches: z
          .array(
            z.object({
              branch: z.string(),
              deleted: z.boolean(),
              why: z.string().nullable().meta({ description: "Why it was kept" }),
            }),
          )
          .meta({ description: "The branches it had in the repository" }),
      }).meta({ id: "TaskDiscarded" }),
    errors: ["task_not_found", "illegal_transition", ...repositoryErrors],
  }),
} as const;
