import { rpcLimits, rpcMethods, rpcNotifications, rpcPath, streams } from "@harness/protocol";
import { fieldTable, page, table } from "./page-text.ts";
import { fieldsOf, schemaText } from "./schema-text.ts";

/** The page of JSON-RPC: how a connection goes, its own methods, and what it is told. */
export function rpcPage(): string {
  const intro = `Every operation, over one protocol: JSON-RPC 2.0 with the operation's name as the method and its parameters, as an object, as \`params\`. They are on the page of [operations](operations.md); \`/\` in a name may be written \`_\`.`;
  return page("JSON-RPC", intro, [transports(), rules(), methods(), notifications()]);
}

function transports(): string {
  const rows = [
    [
      `\`POST ${rpcPath}\``,
      "A message or a batch in the body, as `application/json`, with the token. Answered with 200, refused or not; with 204 when nothing is to be answered. No connection, so no handshake is needed and nothing is notified. What HTTP refuses (no token, another type, too large) is a problem document.",
    ],
    [
      `WebSocket \`${streams.rpc.path}\``,
      "A message or a batch in a text frame. The token and the Origin are judged at the handshake. A frame over 1 MiB ends the socket with 1009, text that is not UTF-8 with 1007, a stopping server with 1001, a client that does not read without more ado.",
    ],
    [
      "`harness serve --transport stdio`",
      `A message or a batch a line, UTF-8, up to ${rpcLimits.messageBytes} bytes; a longer line is skipped and refused. Nothing else is on standard output, the log is on standard error. No token: who started the server owns it. When its input ends, what was asked is answered and the server stops in order.`,
    ],
  ];
  return `## Transports\n\n${table(["where", "how"], rows)}`;
}

function rules(): string {
  const rules = [
    "A connection begins with `initialize`, then `initialized`; anything before is refused with -32003. It is told of everything that happens from then on, unless it said otherwise; `events/subscribe` with `after_seq` resumes after a cut.",
    "Calls of a connection run at once and are answered as they end; a batch is answered in its order. What is sent goes out in one order.",
    `At most ${rpcLimits.batch} calls in a batch, and ${rpcLimits.inFlight} on a connection without their answer; more are refused with -32010 and \`retry_after_s\`. So is new work while the server stops.`,
    "An id is a string, an integer or null. One that still waits for its answer is refused, under the id null.",
    "A notification of the client is never answered, whatever becomes of it.",
    "The `data` of an error has `code` (see [errors](errors.md)), `retry`, `request_id` and, where they help, `field`, `expected`, `got`, `allowed`, `hint`, `issues`, `retry_after_s`.",
    "Unknown members and parameters are refused by name; in `client_info` and `capabilities` they are the client's own and are passed over.",
  ];
  return `## Rules\n\n${rules.map((rule) => `- ${rule}`).join("\n")}`;
}

function methods(): string {
  const sections = Object.entries(rpcMethods).map(([name, row]) => {
    const parts = [`### ${name}`, `${row.summary}.`];
    const params = fieldsOf(row.params, "input");
    if (params.length > 0) parts.push(fieldTable(params, true));
    const results = fieldsOf(row.result, "output");
    parts.push(
      results.length > 0
        ? `Result:\n\n${fieldTable(results, false)}`
        : `Result: ${schemaText(row.result, "output")}`,
    );
    return parts.join("\n\n");
  });
  return `## Methods of a connection\n\n${sections.join("\n\n")}`;
}

/** What the page needs of a notification: the union of all their schemas is more than a type can hold. */
interface NotificationRow {
  readonly summary: string;
  readonly events: readonly string[];
  readonly params: () => Parameters<typeof fieldsOf>[0];
}

function notifications(): string {
  const rows = rpcNotifications as unknown as Record<string, NotificationRow>;
  const sections = Object.entries(rows).map(([name, row]) => {
    const events = row.events.map((event) => `\`${event}\``).join(", ");
    const of = events === "" ? "" : ` (${events})`;
    return `### ${name}\n\n${row.summary}${of}.\n\n${fieldTable(fieldsOf(row.params(), "output"), false)}`;
  });
  return `## Notifications\n\n${sections.join("\n\n")}`;
}
