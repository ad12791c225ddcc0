import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";

/** What the provider behind a fake Claude Code answers to one prompt. */
export interface ProviderAnswer {
  /** Files the program writes before it ends. */
  readonly write?: Readonly<Record<string, string>>;
  readonly say?: string;
  /** The turn ends with this error, in the provider's words. */
  readonly error?: string;
  readonly status?: number;
}

/** A provider that counts: each request is one program that was started and given a prompt. */
export interface FakeProvider extends AsyncDisposable {
  /** The prompts in the order they came. */
  readonly prompts: readonly string[];
  /** Variables with which a test app's agents find it. */
  readonly env: Record<string, string>;
}

/** Starts a provider; `answer` sees the prompt and how many came before. */
export async function fakeProvider(
  answer: (prompt: string, earlier: number) => ProviderAnswer | Promise<ProviderAnswer>,
): Promise<FakeProvider> {
  const prompts: string[] = [];
  const server = createServer(async (request, response) => {
    const prompt = await text(request);
    const earlier = prompts.push(prompt) - 1;
    response.end(JSON.stringify(await answer(prompt, earlier)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    prompts,
    env: { ANTHROPIC_API_KEY: "sk-test-0000000000", ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}` },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes a program that speaks as much of Claude Code's protocol as one turn needs; its provider tells it what to do. */
export function fakeClaude(dir: string): string {
  const file = path.join(dir, "bin", "claude");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    `#!${process.execPath}
const fs = require("node:fs");
if (process.argv.includes("--version")) { console.log("2.1.0 (Claude Code)"); process.exit(0); }
const say = (record) => process.stdout.write(JSON.stringify(record) + "\\n");
require("node:readline").createInterface({ input: process.stdin }).on("line", async (line) => {
  const record = JSON.parse(line);
  if (record.type !== "user") return;
  say({ type: "system", subtype: "init", model: "sonnet" });
  const body = record.message.content[0].text;
  const answer = await (await fetch(process.env.ANTHROPIC_BASE_URL, { method: "POST", body })).json();
  for (const [name, content] of Object.entries(answer.write ?? {})) fs.writeFileSync(name, content);
  const usage = { input_tokens: 6, output_tokens: 6 };
  const message = (id, text) => say({ type: "assistant", message: { id, content: [{ type: "text", text }], usage } });
  if (answer.say) message("m1", answer.say);
  if (answer.error) message("m2", answer.error);
  const failed = answer.error !== undefined;
  say({ type: "result", subtype: "success", is_error: failed, api_error_status: answer.status ?? null,
    result: answer.error ?? answer.say ?? "done", usage, total_cost_usd: 0.01 });
});
`,
  );
  chmodSync(file, 0o755);
  return file;
}
