import { type BlockedAccount, blockedAccounts } from "../agents/index.ts";
import { type Author, type Candidate, chooseReviewer, type ReviewerChoice } from "../review/index.ts";
import { mayBe } from "./choose-implementer.ts";
import type { Run } from "./run.ts";

/** Who reviews, or the account of the agent that would, if it could be used. */
export type ReviewerPick = ReviewerChoice | { readonly status: "parked"; readonly account: BlockedAccount };

/**
 * Chooses who reviews. Agents whose account is parked or stopped are passed over, the named one too, as long as
 * another one is independent of the author; when only such an agent could review, its account is waited for.
 */
export async function pickReviewer(run: Run, author: Author): Promise<ReviewerPick> {
  const accounts = await blockedAccounts(run.deps.storage.reader);
  const candidates = await Promise.all(
    run.deps.agents.list().map(async (agent) => {
      const { name, kind } = agent;
      // A parked account's program is not even asked for its version.
      const probe = accounts.has(name) ? { usable: true, models: [] } : await run.deps.agents.check(agent);
      const usable = probe.usable && mayBe(run, name, "reviewer");
      return { name, kind, usable, models: probe.models } satisfies Candidate;
    }),
  );
  const { review } = run.project.settings;
  const agent = run.task.request.reviewer ?? review.reviewer_agent;
  const wish = { agent, allow_same_agent: review.allow_same_agent };
  const open = candidates.map((one) => ({ ...one, usable: one.usable && !accounts.has(one.name) }));
  const parked = agent === null ? undefined : accounts.get(agent);
  const choice = chooseReviewer(open, author, parked ? { agent: null, allow_same_agent: false } : wish);
  if (choice.status === "chosen") return choice;
  const would = chooseReviewer(candidates, author, wish);
  const account = would.status === "chosen" ? accounts.get(would.agent) : undefined;
  return account ? { status: "parked", account } : choice;
}
