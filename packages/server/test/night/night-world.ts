import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { HarnessClient } from "@harness/client";
import type { Event } from "@harness/protocol";
import type { ScenarioInput } from "../../src/agents/testing/scenario.ts";
import { makeRepository } from "../support/git-fixture.ts";

/** The evening this night begins, and what its clock shows then. */
export const EVENING = Date.parse("2026-12-01T22:00:00Z");
/** When the quota of one account comes back. */
export const QUOTA_BACK = Date.parse("2026-12-02T03:30:00Z");

/** Five tasks over three repositories, as a person writes them down. */
export const NIGHT_LIST = `# Tonight

- Make sum add @alpha key:sum agent:claude reviewer:openai_api priority:urgent

  \`sum(1, 2)\` gives -1. It should give 3.
- Say in the README what sum does @alpha after:sum agent:claude reviewer:openai_api
- Make product multiply @beta agent:codex reviewer:claude
- Rewrite everything @beta agent:claude reviewer:openai_api tokens:5000
- Translate the greeting @gamma agent:claude reviewer:openai_api
`;

const check = (file: string, call: string, expected: number) =>
  `import { ${call.split("(")[0]} as f } from "./${file}"; if (f(${/\((.*)\)/.exec(call)?.[1]}) !== ${expected}) { console.error("expected ${expected}"); process.exit(1); } console.log("1 passed, 0 failed");\n`;

/** The repositories of the night, by name. */
export function makeRepositories(dir: string): Record<"alpha" | "beta" | "gamma", string> {
  return {
    alpha: makeRepository(path.join(dir, "alpha"), {
      "README.md": "# alpha\n",
      "sum.mjs": "export const sum = (a, b) => a - b;\n",
      "check.mjs": check("sum.mjs", "sum(1, 2)", 3),
    }),
    beta: makeRepository(path.join(dir, "beta"), {
      "product.mjs": "export const product = (a, b) => a + b;\n",
      "check.mjs": check("product.mjs", "product(3, 4)", 12),
    }),
    gamma: makeRepository(path.join(dir, "gamma"), { "greeting.txt": "hello\n" }),
  };
}

const used = (input_tokens: number, output_tokens: number) => ({ usage: { input_tokens, output_tokens } });
const implement = (title: string) => ({ role: "implementer", prompt: `^Task: ${title}` });

const usedUp = {
  error: {
    status: 429,
    type: "usage_limit_reached",
    message: "The usage limit has been reached.",
    headers: { "x-should-retry": "false" },
    details: { plan_type: "pro", resets_at: QUOTA_BACK / 1000 },
  },
};

const writes = (file: string, content: string, say: string) => [
  [{ write_file: { path: file, content } }, used(900, 80)],
  [{ say }, used(1000, 20)],
];

/** What the scripted model answers until the quota comes back, and after it. */
export function nightScenario(quota: "used up" | "back"): ScenarioInput {
  return {
    name: "night",
    model: "scripted-night",
    steps: [
      {
        name: "sum",
        match: implement("Make sum add"),
        // Slow enough to be killed in the middle.
        answers: [
          [
            { delay_ms: 1500 },
            { write_file: { path: "sum.mjs", content: "export const sum = (a, b) => a + b;\n" } },
            used(900, 80),
          ],
          [{ say: "sum adds now." }, used(1000, 20)],
        ],
      },
      {
        name: "readme",
        match: implement("Say in the README"),
        answers: writes("README.md", "# alpha\n\n`sum(a, b)` adds two numbers.\n", "The README says so."),
      },
      {
        name: "product",
        match: implement("Make product multiply"),
        answers:
          quota === "used up"
            ? [[usedUp]]
            : writes("product.mjs", "export const product = (a, b) => a * b;\n", "product multiplies now."),
      },
      {
        name: "greedy",
        match: implement("Rewrite everything"),
        answers: [
          [{ write_file: { path: "more.mjs", content: "export {};\n" } }, used(9000, 400)],
          [{ delay_ms: 60_000 }, { say: "never said" }],
        ],
      },
      {
        name: "greeting",
        match: implement("Translate the greeting"),
        answers: writes("greeting.txt", "hallo\n", "Translated."),
      },
      {
        name: "review",
        match: { role: "reviewer" },
        answers: [
          [
            used(700, 60),
            { review_verdict: { verdict: "approved", summary: "It does what was asked.", findings: [] } },
          ],
        ],
      },
    ],
  };
}

/** Follows the log of a server until an event fits; answers it. */
export async function until(
  client: HarnessClient,
  fits: (event: Event) => boolean,
  afterSeq = 0,
): Promise<Event> {
  const found = new AbortController();
  const signal = AbortSignal.any([found.signal, AbortSignal.timeout(60_000)]);
  for await (const { event } of client.stream("events", { after_seq: afterSeq }, { signal })) {
    if (!fits(event)) continue;
    found.abort();
    return event;
  }
  throw new Error("no such event within a minute");
}

/** What a webhook of the night received. */
export interface Inbox extends AsyncDisposable {
  readonly url: string;
  readonly bodies: unknown[];
}

/** A receiver of notifications on loopback. */
export async function openInbox(): Promise<Inbox> {
  const bodies: unknown[] = [];
  const server: Server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on("end", () => {
      bodies.push(JSON.parse(text));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    bodies,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
