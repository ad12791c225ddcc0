import { type CommandDefinition, operationCommand } from "../command.ts";
import type { Client } from "../connection.ts";
import { usageFailure } from "../failure.ts";
import type { OptionForm } from "../options.ts";
import { neutralLine } from "../terminal/neutral.ts";
import { findApproval } from "../thread-reference.ts";
import { showApproval } from "./approval-page.ts";

const list = operationCommand("approval/list", {
  options: {
    thread_id: [{ flags: "--thread <thread>", doc: "Only of this thread", path: "thread_id" }],
    task_id: [{ flags: "--task <task>", doc: "Only of this task", path: "task_id" }],
  },
  notes: "Shows exactly what is asked. Control characters are made visible, and nothing is cut.",
  show({ data, page }, context) {
    const { out, err } = context;
    if (data.length === 0) err.line("Nobody is asked anything.");
    if (out.isTerminal) for (const approval of data) showApproval(approval, context);
    else
      out.table(data, [
        { head: "id", cell: ({ id }) => id },
        { head: "status", cell: ({ status }) => status },
        { head: "thread", cell: ({ thread_id }) => thread_id },
        { head: "agent", cell: ({ agent }) => agent },
        { head: "kind", cell: ({ kind }) => kind },
        { head: "tool", cell: ({ tool }) => tool },
        { head: "asks", cell: ({ command, summary }) => command ?? summary },
        { head: "paths", cell: ({ paths }) => paths.join(" ") },
        { head: "because", cell: ({ why }) => why },
        { head: "expires", cell: ({ expires_at }) => expires_at ?? "" },
      ]);
    if (page.has_more && page.next_cursor) err.line(`There are more: add --cursor ${page.next_cursor}`);
    return undefined;
  },
});

const decisions: readonly OptionForm[] = [
  { flags: "--allow", doc: "Let the agent do it", path: "decision", value: "allow" },
  { flags: "--deny", doc: "Do not; needs --reason", path: "decision", value: "deny" },
];

const answers: readonly OptionForm[] = [
  {
    flags: "--answer <id=text>",
    doc: "Answer one of its questions (repeatable); text alone where there is only one",
    path: "answers",
    many: true,
  },
];

const respond = operationCommand("approval/respond", {
  positionals: [
    { param: "approval_id", required: true, doc: "Approval id, the end of one, or last for the newest" },
  ],
  options: { decision: decisions, answers },
  notes: "--scope always makes a rule of the project: harness approval rules shows them.",
  async prepare({ params: { answers: given, ...params } }, client) {
    const approval_id = await findApproval(client, String(params["approval_id"]));
    if (given !== undefined) {
      if (params["decision"] !== undefined)
        throw usageFailure("--answer: it is an answer by itself; leave --allow and --deny out.");
      const answered = await answersOf(given as string[], approval_id, client);
      return { ...params, approval_id, decision: "answer", answers: answered };
    }
    if (params["decision"] === undefined)
      throw usageFailure("Say --allow, --deny or --answer.", {
        field: "decision",
        hint: "harness approval list shows exactly what is asked.",
      });
    return { ...params, approval_id };
  },
  show({ id, status, scope, decided_by }, { out }) {
    out.facts([
      ["approval", id],
      ["status", status, status === "denied" ? "red" : "green"],
      ["scope", status === "allowed" ? scope : null],
      ["by", decided_by],
    ]);
    return undefined;
  },
});

/** Answers by question id. Without an id the only question is meant. */
async function answersOf(
  given: readonly string[],
  approval_id: string,
  client: Client,
): Promise<Record<string, string>> {
  const { data } = await client.call("approval/list", { limit: 500 });
  const ids = data.find(({ id }) => id === approval_id)?.questions.map(({ id }) => id) ?? [];
  return Object.fromEntries(
    given.map((text) => {
      const id = ids.find((one) => text.startsWith(`${one}=`));
      if (id !== undefined) return [id, text.slice(id.length + 1)];
      if (ids.length === 1) return [ids[0] ?? "", text];
      const at = text.indexOf("=");
      if (at > 0 && ids.length === 0) return [text.slice(0, at), text.slice(at + 1)];
      throw usageFailure(`--answer: expected id=text, with one of the ids ${ids.join(", ") || "(none)"}.`, {
        field: "answers",
      });
    }),
  );
}

const rules = operationCommand("approval/rules", {
  show({ data }, { out, err }) {
    if (data.length === 0) err.line("Nothing is allowed for good.");
    out.table(data, [
      { head: "id", cell: ({ id }) => id },
      { head: "kind", cell: ({ kind }) => kind },
      { head: "tool", cell: ({ tool }) => tool },
      { head: "allows", cell: ({ command, paths }) => command ?? paths.join(" ") },
      { head: "hits", cell: ({ hits }) => String(hits), alignRight: true },
      { head: "by", cell: ({ created_by }) => created_by },
    ]);
    return undefined;
  },
});

const forget = operationCommand("approval/forget_rule", {
  positionals: [{ param: "rule_id", required: true, doc: "Rule id, from harness approval rules" }],
  show(_, { err }, { params }) {
    err.line(`${neutralLine(String(params["rule_id"]))} is forgotten: a person is asked again.`);
    return undefined;
  },
});

/** The commands that answer what agents ask. */
export const approvalCommands: readonly CommandDefinition[] = [list, respond, rules, forget];
