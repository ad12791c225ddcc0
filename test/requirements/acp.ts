import type { Requirement } from "../support/requirement.ts";

/** The Agent Client Protocol: Harness as the editor of an ACP agent, and as the agent of an editor. */
export const acpRequirements: readonly Requirement[] = [
  {
    id: "agent.acp",
    source: "issue 4",
    promise: "Any ACP v1 agent can be driven, with fs and terminal served under policy.",
    state: "done",
  },
  {
    id: "acp.files",
    source: "issue 4 / SAFETY B6",
    promise:
      "Files an ACP agent asks its editor for are those of the workspace only; a change is asked for once, and what was allowed in a permission request is not asked again.",
    state: "done",
  },
  {
    id: "acp.terminals",
    source: "issue 4 / SAFETY B9",
    promise:
      "Terminals of an ACP agent run in the sandbox, in the workspace, with leave, with bounded output, and none outlives the turn.",
    state: "done",
  },
  {
    id: "acp.permission",
    source: "issue 4",
    promise: "An ACP agent's permission request is answered for once only, whatever else it offers.",
    state: "done",
  },
  {
    id: "acp.updates",
    source: "issue 4",
    promise:
      "Every session update becomes an item by its kind; one of an unknown kind or of another session is kept as unknown, and noise is counted with a warning.",
    state: "done",
  },
  {
    id: "acp.ending",
    source: "issue 4",
    promise: "Stop reasons and errors of an ACP agent become outcomes with the kind of the failure.",
    state: "done",
  },
  {
    id: "acp.resume",
    source: "issue 4",
    promise:
      "An ACP conversation is resumed, loaded or begun anew with a warning, as the agent can; history it tells again is not told twice.",
    state: "done",
  },
  {
    id: "acp.usage",
    source: "issue 4",
    promise: "What an ACP agent says its session has cost is counted for the turn alone.",
    state: "done",
  },
  {
    id: "acp.questions",
    source: "issue 4",
    promise: "A form an ACP agent wants filled in is put to a person, where one is there to answer.",
    state: "done",
  },
  {
    id: "acp.login",
    source: "issue 4",
    promise: "An ACP agent that needs a login is logged in with the configured method, once.",
    state: "done",
  },
  {
    id: "acp.agent",
    source: "issue 4",
    promise: "harness acp lets an editor use Harness as one agent.",
    state: "done",
  },
];
