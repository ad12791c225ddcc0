import type { LedgerTurn } from "./turn-ledger.ts";

/** The scope of the sum over everything; that of a project is its id. */
export const WHOLE_NIGHT = "night";

/** The kinds of sums besides those of the night and of projects. */
export type NamedScope = "agent" | "model" | "account";

/** The scope of the sums of an agent, a model or an account. */
export function scopeKey(kind: NamedScope, name: string): string {
  return `${kind}:${name}`;
}

/** The sums a turn adds to: of all, of its project, its agent, its account, and its model by either name. */
export function scopesOf(
  turn: Pick<LedgerTurn, "project_id" | "agent" | "account" | "model" | "asked_model">,
): string[] {
  return [WHOLE_NIGHT, turn.project_id, ...ownScopes(turn)];
}

/** The sums only turns add to; the time of attempts is booked to the others. */
export function ownScopes(turn: Pick<LedgerTurn, "agent" | "account" | "model" | "asked_model">): string[] {
  const models = [...new Set([turn.model, turn.asked_model])].filter((name) => name !== null);
  return [
    scopeKey("agent", turn.agent),
    scopeKey("account", turn.account),
    ...models.map((name) => scopeKey("model", name)),
  ];
}
