import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "wait.classified",
    "Provider errors are classified transient, quota, auth or permanent from real messages.",
    "done",
  ],
  ["wait.own-words", "What an agent itself says about limits or logins parks and stops nothing.", "done"],
  [
    "wait.permanent",
    "A request that can never work ends the task at once with the provider's message.",
    "done",
  ],
  [
    "wait.transient",
    "What may pass is tried again after a random pause, and not before the provider's time.",
    "done",
  ],
  ["wait.quota-parks", "Quota parks the account, with one wake at its reset.", "done"],
  [
    "wait.quota-one-wake",
    "Tasks that meet the same quota start nothing more, and each prompt is given once again after one wake.",
    "done",
  ],
  ["wait.quota-restart", "A restart forgets no parked account and starts nothing to find out.", "done"],
  [
    "wait.quota-silent",
    "A quota whose end nobody knows is tried again after an hour, doubling up to six.",
    "done",
  ],
  ["wait.quota-early", "A person's unblock tries a parked account at once.", "done"],
  [
    "wait.redelivery-cap",
    "Prompts given again too often after quotas end in a question to a person.",
    "done",
  ],
  ["wait.redeliveries-shown", "A task shows how often its prompts were given again after quotas.", "done"],
  ["wait.takeover", "Another agent takes over with a summary where the project allows it.", "done"],
  [
    "wait.handoff",
    "The summary tells what was asked, what changed, what was verified and what the other agent claimed.",
    "done",
  ],
  [
    "wait.reviewer-parked",
    "A parked reviewer is replaced by another independent one, or waited for by a timer.",
    "done",
  ],
  [
    "wait.auth-stops",
    "An auth failure stops that account at once and names the command that logs in.",
    "done",
  ],
  [
    "wait.account-shown",
    "The agent list, the status and the doctor show which accounts are parked or stopped, and what helps.",
    "done",
  ],
  [
    "wait.login-seen",
    "A stopped account is used again once somebody has logged in, without being told.",
    "done",
  ],
  ["wait.resume", "A person says that an account works again, and its tasks are queued.", "done"],
];

/** What issue 3 promises of accounts. */
export const accountsRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
