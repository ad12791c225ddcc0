/** How the questions of a thread or a task are treated, as options. */
export const approvalOptions = {
  approvals: [
    {
      flags: "--approvals <profile>",
      doc: "Who is asked before the agent acts: allow_all, allow_listed, strict",
      path: "approvals.profile",
    },
    {
      flags: "--approvals-expire <seconds>",
      doc: "Seconds after which a question is answered by itself",
      path: "approvals.expires_secs",
      read: (text: string) => Number(text),
    },
    {
      flags: "--on-expiry <word>",
      doc: "What happens then: deny, approve, wait",
      path: "approvals.on_expiry",
    },
  ],
};
