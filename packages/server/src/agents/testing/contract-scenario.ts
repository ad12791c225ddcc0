import type { ScenarioInput } from "./scenario.ts";

/** The words of the agent contract's prompts, and the paths its files have. */
export const contractWords = {
  write: "contract: write hello.txt",
  followUp: "contract: say which turn this is",
  hang: "contract: hang",
  silent: "contract: do nothing",
  auth: "contract: be refused",
  quota: "contract: run out of quota",
  environment: "contract: show the environment",
  review: "contract: judge",
  inert: "contract: stay inert",
  wait: "contract: wait for a word",
  steered: "contract: turn left",
  slowly: "contract: think slowly",
  question: "contract: ask a person",
  plan: "contract: keep a list",
  outside: (path: string) => `contract: write outside ${path}`,
} as const;

/** What the model answers in the agent contract. `outside` is a path that no agent may write. */
export function contractScenario(outside: string, quota_resets: Date): ScenarioInput {
  const step = (name: string, prompt: string, ...answers: ScenarioInput["steps"][number]["answers"]) => ({
    name,
    match: { prompt },
    answers,
  });
  const error = (status: number, type: string, message: string) => ({
    error: { status, type, message, headers: { "x-should-retry": "false", "retry-after": "0" } },
  });
  return {
    name: "agent-contract",
    steps: [
      step(
        "write",
        contractWords.write,
        [{ say: "Writing." }, { write_file: { path: "hello.txt", content: "hello, 'world'\n" } }],
        [{ say: "wrote hello.txt" }],
      ),
      {
        name: "second turn",
        match: { prompt: contractWords.followUp, turn: 2 },
        answers: [[{ say: "turn 2" }]],
      },
      step("first turn", contractWords.followUp, [{ say: "turn 1" }]),
      step(
        "hang",
        contractWords.hang,
        [{ say: "hanging" }, { run: { cmd: "tail -f /dev/null" } }],
        [{ say: "?" }],
      ),
      step("silent", contractWords.silent, [{ usage: { input_tokens: 7, output_tokens: 0 } }]),
      step("auth", contractWords.auth, [error(401, "authentication_error", "invalid x-api-key")]),
      step("quota", contractWords.quota, [usedUp(quota_resets)]),
      step("environment", contractWords.environment, [{ run: { cmd: "env" } }], [{ say: "shown" }]),
      step("review", contractWords.review, [
        {
          review_verdict: {
            verdict: "changes_requested",
            summary: "One defect.",
            findings: [
              {
                file: "a.mjs",
                line: 3,
                severity: "high",
                title: "Wrong sum",
                scenario: "sum(1, 2) gives -1",
              },
            ],
          },
        },
      ]),
      step("inert", contractWords.inert, [{ say: "inert" }]),
      step(
        "wait",
        contractWords.wait,
        [{ run: { cmd: "until [ -e go ]; do sleep 0.05; done" } }],
        [{ say: "nobody said anything" }],
      ),
      step("steered", contractWords.steered, [{ say: "turned left" }]),
      step("slowly", contractWords.slowly, [{ delay_ms: 2_000 }, { say: "thought" }]),
      step(
        "plan",
        contractWords.plan,
        [{ tool: { name: "TodoWrite", input: { todos: TODOS } } }],
        [{ say: "kept" }],
      ),
      step(
        "question",
        contractWords.question,
        [{ ask: { question: "Which colour?", options: ["Red", "Blue"] } }],
        [{ say: "asked" }],
      ),
      step(
        "outside",
        "contract: write outside",
        [{ write_file: { path: outside, content: "escaped" } }],
        [{ say: "tried" }],
      ),
    ],
  };
}

/** A list of things to do, in Claude Code's words. */
const TODOS = [
  { content: "look", status: "completed", activeForm: "looking" },
  { content: "write", status: "in_progress", activeForm: "writing" },
  { content: "check", status: "pending", activeForm: "checking" },
];

/** A used-up subscription, said in every vendor's way: Anthropic's headers, OpenAI's field, and words. */
function usedUp(resets: Date) {
  const seconds = Math.round(resets.getTime() / 1000);
  const headers = {
    "x-should-retry": "false",
    "anthropic-ratelimit-unified-status": "rejected",
    "anthropic-ratelimit-unified-reset": String(seconds),
    "anthropic-ratelimit-unified-representative-claim": "five_hour",
  };
  const message = "The usage limit has been reached.";
  const details = { plan_type: "pro", resets_at: seconds };
  return { error: { status: 429, type: "usage_limit_reached", message, headers, details } };
}
