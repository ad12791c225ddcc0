/** What the choice needs to know of an agent. */
export interface Candidate {
  readonly name: string;
  readonly kind: string;
  readonly usable: boolean;
  readonly models: readonly string[];
}

/** Who wrote the change. */
export interface Author {
  readonly agent: string;
  readonly model: string | null;
}

export interface ReviewerWish {
  /** Named by the task or the project; null lets Harness choose. */
  readonly agent: string | null;
  /** The project's opt-in to be reviewed by the author itself. */
  readonly allow_same_agent: boolean;
}

export type ReviewerChoice =
  | {
      readonly status: "chosen";
      readonly agent: string;
      readonly model: string | null;
      readonly independent: boolean;
    }
  | { readonly status: "none"; readonly why: string };

/**
 * Picks who reviews: another adapter than the author's, else another model of the same adapter, else, only when the
 * project opted in, the author again (marked as not independent).
 */
export function chooseReviewer(
  candidates: readonly Candidate[],
  author: Author,
  wish: ReviewerWish,
): ReviewerChoice {
  const usable = candidates.filter((candidate) => candidate.usable);
  const named = wish.agent === null ? undefined : usable.find((candidate) => candidate.name === wish.agent);
  if (wish.agent !== null && !named)
    return { status: "none", why: `The reviewer ${wish.agent} is not installed or not logged in.` };
  const pool = named ? [named] : usable;
  const authorKind = candidates.find((candidate) => candidate.name === author.agent)?.kind;
  const other =
    pool.find((candidate) => candidate.name !== author.agent && candidate.kind !== authorKind) ??
    pool.find((candidate) => candidate.name !== author.agent);
  if (other) return { status: "chosen", agent: other.name, model: null, independent: true };
  const same = pool.find((candidate) => candidate.name === author.agent);
  const model = same?.models.find((name) => name !== author.model && author.model !== null);
  if (same && model) return { status: "chosen", agent: same.name, model, independent: true };
  if (same && wish.allow_same_agent)
    return { status: "chosen", agent: same.name, model: author.model, independent: false };
  return { status: "none", why: "There is no second agent or model that could review the change." };
}
