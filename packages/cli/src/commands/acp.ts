import { ApprovalProfile } from "@harness/protocol";
import type { CommandDefinition } from "../command.ts";
import { exitCodes, usageFailure } from "../failure.ts";

/** `harness acp`: an editor uses the whole of Harness as one agent. */
export const acpCommand: CommandDefinition = {
  path: "acp",
  summary: "Be an agent for an editor that speaks the Agent Client Protocol, on standard input and output",
  positionals: [],
  forms: () => [],
  extras: [
    { flags: "--register", doc: "Register a repository the editor opens, as proposed", path: "register" },
    { flags: "--agent <name>", doc: "Agent that does the work; the project's unless told", path: "agent" },
    { flags: "--reviewer <name>", doc: "Agent that reviews it", path: "reviewer" },
    { flags: "--model <name>", doc: "Model of the agent", path: "model" },
    {
      flags: "--approvals <profile>",
      doc: "What the editor is asked: allow_all, allow_listed or strict; the server's setting unless told",
      path: "approvals",
      read: readProfile,
    },
  ],
  absent: {},
  notes: `A prompt becomes a task; its stages are shown as the plan, commands and evidence as tool calls, and questions of
its agent as permission requests. A later prompt is a revision, or words for the agent while it works.
Uses the running server; without one it serves by itself as long as the editor is there.

For Zed, in settings.json: "agent_servers": { "Harness": { "command": "harness", "args": ["acp"] } }`,
  async run(context, { extras }) {
    await using connection = await context.connectOrServe();
    const { serveAcp } = await import("../acp/serve-acp.ts");
    const chosen = ["agent", "reviewer", "model"].filter((name) => typeof extras[name] === "string");
    await serveAcp({
      client: connection.client,
      surroundings: context.surroundings,
      choices: {
        ...Object.fromEntries(chosen.map((name) => [name, String(extras[name])])),
        ...(extras["approvals"] === undefined
          ? {}
          : { approvals: { profile: ApprovalProfile.parse(extras["approvals"]) } }),
      },
      register: extras["register"] === true,
    });
    return exitCodes.ok;
  },
};

function readProfile(text: string, flag: string): ApprovalProfile {
  const profile = ApprovalProfile.safeParse(text);
  if (profile.success) return profile.data;
  throw usageFailure(`${flag}: expected ${ApprovalProfile.options.join(", ")}.`, { field: "approvals" });
}
