import type { AccessToken } from "@harness/protocol";
import { type CommandDefinition, operationCommand } from "../command.ts";
import { exitCodes } from "../failure.ts";
import type { Screen } from "../terminal/screen.ts";
import { ago } from "../terminal/words.ts";

const show: CommandDefinition = {
  path: "token",
  summary: "Print the token clients send as Authorization: Bearer TOKEN",
  positionals: [],
  forms: () => [],
  extras: [],
  absent: {},
  async run(context) {
    const found = await context.token();
    if (context.json) context.out.json({ token: found });
    else context.out.line(found);
    return exitCodes.ok;
  },
};

const create = operationCommand("token/create", {
  positionals: [{ param: "name", doc: "What the token is for", required: true }],
  options: {
    scopes: [
      {
        flags: "--scope <word>",
        doc: "What it may do: read, submit, operate (repeatable; read and submit unless told)",
        path: "scopes",
        many: true,
      },
    ],
  },
  notes: "The token alone goes to standard output; it is not kept and cannot be shown again.",
  show(result, { out, err }) {
    out.line(result.token);
    const until = result.expires_at === null ? "" : `, until ${result.expires_at}`;
    err.line(`${result.name} (${result.id}) may ${result.scopes.join(", ")}${until}.`);
    err.line(`To take it back: harness token revoke ${result.name}`);
    return undefined;
  },
});

const list = operationCommand("token/list", {
  show({ tokens }, { out, surroundings }) {
    showTokens(tokens, out, surroundings.clock.now());
    return undefined;
  },
});

function showTokens(tokens: readonly AccessToken[], out: Screen, now: number): void {
  if (tokens.length === 0) {
    out.line("No tokens. Make one: harness token create NAME");
    return;
  }
  out.table(tokens, [
    { head: "token", cell: ({ name }) => name, elastic: true },
    { head: "id", cell: ({ id }) => id },
    { head: "may", cell: ({ scopes }) => scopes.join(", ") },
    { head: "state", cell: ({ state }) => state },
    { head: "made", cell: ({ created_at }) => ago(created_at, now) },
    { head: "until", cell: ({ expires_at }) => expires_at ?? "" },
  ]);
}

const revoke = operationCommand("token/revoke", {
  positionals: [{ param: "token", doc: "Name or id of the token", required: true }],
  show(result, { out }) {
    out.line(`${result.name} (${result.id}) opens nothing any more.`);
    return undefined;
  },
});

const rotate = operationCommand("token/rotate", {
  positionals: [],
  notes:
    "Commands on this machine find the new token by themselves; it goes to standard output for the others.",
  show(result, { out, err }) {
    out.line(result.token);
    err.line("The old token opens nothing any more. Browsers log in again: harness login");
    return undefined;
  },
});

/** The token of the install, and tokens of their own for single clients. */
export const tokenCommands: readonly CommandDefinition[] = [show, create, list, rotate, revoke];
