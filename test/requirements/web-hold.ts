import type { Requirement } from "../support/requirement.ts";

const tested: readonly (readonly [id: string, promise: string])[] = [
  ["web.live", "The dashboard resumes without a gap and says how old what it shows is."],
  ["web.keyboard", "Everything works by keyboard and on a phone."],
  ["web.accessible", "Every screen passes axe in both themes."],
  ["web.inert", "Text of agents is inert wherever it appears."],
  ["web.own-origin", "The dashboard talks to its own server only, whatever its address names."],
  ["web.login-cookie", "The login of a browser is in a cookie no script can read, and nowhere else."],
  ["web.policy", "The dashboard is served under a policy that lets nothing run or load from elsewhere."],
];

const measured: readonly (readonly [id: string, promise: string])[] = [
  ["bench.web-load", "The first visit to the board loads less than 250 kB of script."],
  ["bench.web-board", "A board of 500 tasks follows the keys within a second."],
  ["bench.web-flood", "The page answers while 5,000 events a second go into an open log."],
];

const row = ([id, promise]: readonly [id: string, promise: string]): Requirement => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
});

/** What holds for every screen of the dashboard. */
export const webHoldRequirements: readonly Requirement[] = [
  ...tested.map(row),
  ...measured.map((one): Requirement => ({ ...row(one), by: "bench" })),
];
