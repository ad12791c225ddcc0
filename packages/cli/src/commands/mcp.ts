import { Readable, Writable } from "node:stream";
import type { CommandDefinition, Context } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { neutralLine } from "../terminal/neutral.ts";

const mcp: CommandDefinition = {
  path: "mcp",
  summary: "Offer the running server to an agent host: speaks MCP on standard input and output",
  positionals: [],
  forms: () => [],
  extras: [],
  absent: {},
  notes:
    "For the settings of an agent host, such as: claude mcp add harness -- harness mcp. Over HTTP the same is at /mcp of the server. A token that may do less is given with HARNESS_TOKEN: see harness token create.",
  run: serve,
};

/** Carries messages until the host is gone; nothing but them goes to standard output. */
async function serve(context: Context): Promise<number> {
  // Without a server the host is told so now, not at its first call.
  await context.locate();
  const [{ McpBridge }, { StdioServerTransport }] = await Promise.all([
    import("../mcp-bridge.ts"),
    import("@modelcontextprotocol/server/stdio"),
  ]);
  const { stdin, stdout, onSignal } = context.surroundings;
  const output = new Writable({
    decodeStrings: false,
    write: (text: string | Buffer, _encoding, done) => {
      stdout.write(String(text));
      done();
    },
  });
  const bridge = new McpBridge({
    host: new StdioServerTransport(new Readable().wrap(stdin), output),
    locate: () => context.locate(),
    warn: (line) => context.err.line(neutralLine(line)),
  });
  const over = new AbortController();
  const ignore = onSignal(() => over.abort());
  context.surroundings.started();
  try {
    await bridge.run(over.signal);
    return exitCodes.ok;
  } finally {
    ignore();
    stdin.pause();
  }
}

/** `harness mcp`, and the name the first seed gave it. */
export const mcpCommands: readonly CommandDefinition[] = [mcp, { ...mcp, path: "mcp-server", hidden: true }];
