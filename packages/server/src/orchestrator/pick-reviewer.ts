import { type BlockedAccount, blockedAccounts } from "../agents/index.ts";
import {
  type Author,
  type Candidate,
  chooseReviewer,
  type ReviewerChoice,
  type ReviewerWish,
} from "../review/index.ts";
import { turnHistory } from "../threads/index.ts";
import { mayBe, wantedAgent } from "./choose-implementer.ts";
import type { Run } from "./run.ts";

/** Who reviews, or the account of the agent that would, if it could be used. */
export type ReviewerPick = ReviewerChoice | { readonly status: "parked"; readonly account: BlockedAccount };

const ANYBODY: ReviewerWish = { agent: null, allow_same_agent: false };

/**
 * Chooses who reviews, in this order: an agent that wrote nothing of the work and can be used now; one like that whose
 * account is waited for; one that began the work before another took over (a different agent, but not independent).
 * The agent that was named is passed over while its account cannot be used, and when it took over itself.
 */
export async function pickReviewer(run: Run, implementer: Author): Promise<ReviewerPick> {
  const accounts = run.deps.agents.byAgent(await blockedAccounts(run.deps.storage.reader));
  const authors = await authorsOf(run);
  const author = authors.at(-1) ?? implementer;
  const earlier = new Set(authors.map(({ agent }) => agent).filter((name) => name !== author.agent));
  const { review } = run.project.settings;
  const agent = run.task.request.reviewer ?? review.reviewer_agent;
  const wish = { agent, allow_same_agent: review.allow_same_agent };
  const candidates = await candidatesOf(run, agent, accounts);
  const wanted = wantedAgent(run);
  const tookOver = earlier.size > 0 || (wanted !== "auto" && wanted !== author.agent);
  const wroteIt = agent !== null && tookOver && (agent === author.agent || earlier.has(agent));
  const parked = agent !== null && accounts.has(agent);
  const choose = (fits: (name: string) => boolean, who: ReviewerWish) => {
    const pool = candidates.map((one) => ({ ...one, usable: one.usable && fits(one.name) }));
    return chooseReviewer(pool, author, who);
  };
  const free = (name: string) => !accounts.has(name);
  const fresh = (name: string) => !earlier.has(name);
  const now = choose((name) => free(name) && fresh(name), wroteIt || parked ? ANYBODY : wish);
  if (now.status === "chosen") return now;
  const later = waitedFor(choose(fresh, wroteIt ? ANYBODY : wish), accounts);
  if (later || earlier.size === 0) return later ?? now;
  const again = choose(free, ANYBODY);
  if (again.status === "chosen") return { ...again, independent: false };
  return (
    waitedFor(
      choose(() => true, ANYBODY),
      accounts,
    ) ?? now
  );
}

function waitedFor(
  choice: ReviewerChoice,
  accounts: ReadonlyMap<string, BlockedAccount>,
): ReviewerPick | undefined {
  const account = choice.status === "chosen" ? accounts.get(choice.agent) : undefined;
  return account && { status: "parked", account };
}

function candidatesOf(
  { deps }: Run,
  wished: string | null,
  accounts: ReadonlyMap<string, BlockedAccount>,
): Promise<Candidate[]> {
  // A scripted one is there for whoever names it.
  const scripted = deps.agents.scripted.filter(({ name }) => name === wished);
  return Promise.all(
    [...deps.agents.list(), ...scripted].map(async (agent) => {
      const { name, kind } = agent;
      // A parked account's program is not even asked for its version.
      const probe = accounts.has(name) ? { usable: true, models: [] } : await deps.agents.check(agent);
      const usable = probe.usable && mayBe({ deps }, name, "reviewer");
      return { name, kind, usable, models: probe.models };
    }),
  );
}

/** Who wrote the work, oldest first: those of the conversation it began in, implementers of attempts whose snapshots hold a change. */
async function authorsOf(run: Run): Promise<Author[]> {
  const { storage, log } = run.deps;
  const types = ["snapshot.taken"];
  const snapshots = await log.read({ afterSeq: 0, filter: { task_id: run.task.id, types } });
  const changed = new Set(
    snapshots.flatMap((event) =>
      event.type === "snapshot.taken" && event.data.files > 0 ? [event.data.attempt_id] : [],
    ),
  );
  const turns = await turnHistory(storage.reader, run.task.id);
  const wrote = turns.filter(
    ({ role, attempt_id }) => role === "implementer" && changed.has(attempt_id ?? ""),
  );
  return [...(run.task.request.proves?.authors ?? []), ...wrote];
}
