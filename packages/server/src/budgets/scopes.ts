import type { LedgerTurn } from "./turn-ledger.ts";

/** The scope of the sum over everything; that of a project is its id. */
export const WHOLE_NIGHT = "night";

/** The kinds of sums besides those of the night and of projects. */
export type NamedScope = "agent" | "model" | "account";

/** What a sum is about: all that is named must match; without anything it is about everything. */
export interface SumOf {
  readonly project_id?: string | undefined;
  readonly agent?: string | undefined;
  readonly account?: string | undefined;
  readonly model?: string | undefined;
}

/** Stands between the parts of a combined scope; no name in a configuration has a line break. */
const AND = "\n";

/** The scope of the sums of an agent, a model or an account. */
export function scopeKey(kind: NamedScope, name: string): string {
  return `${kind}:${name}`;
}

/** The scope of a sum about one thing, several at once or everything. */
export function scopeOfSum({ project_id, agent, account, model }: SumOf): string {
  const parts = [
    project_id,
    ...Object.entries({ agent, account, model }).map(([kind, name]) =>
      name === undefined ? undefined : scopeKey(kind as NamedScope, name),
    ),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? WHOLE_NIGHT : parts.join(AND);
}

/** Whether a scope is about several things at once. */
export function isCombined(scope: string): boolean {
  return scope.includes(AND);
}

/** What a turn belongs to. */
type Belongs = Pick<LedgerTurn, "project_id" | "agent" | "account" | "model" | "asked_model">;

/** The sums a turn adds to: of all, of its project, its agent, its account, its model by either name, and of any of these together. */
export function scopesOf(turn: Belongs): string[] {
  return [WHOLE_NIGHT, turn.project_id, ...ownScopes(turn)];
}

/** The sums only turns add to; the time of attempts is booked to the others. */
export function ownScopes({ project_id, agent, account, model, asked_model }: Belongs): string[] {
  const models = [...new Set([model, asked_model])].filter((name) => name !== null);
  const scopes: string[] = [];
  for (const project of [undefined, project_id])
    for (const oneAgent of [undefined, agent])
      for (const oneAccount of [undefined, account])
        for (const oneModel of [undefined, ...models])
          if ((oneAgent ?? oneAccount ?? oneModel) !== undefined)
            scopes.push(
              scopeOfSum({ project_id: project, agent: oneAgent, account: oneAccount, model: oneModel }),
            );
  return scopes;
}
