// A scripted stand-in for the `codex` program, for what the real one cannot be made to say: it is no agent. It speaks
// the app-server's lines from a script:
//   app_server  false: an old Codex, which has none and shows its own help
//   overloaded  how often a method is refused for overload before it is taken
//   noise       how many lines of noise are written, and nothing else
//   refuse      methods that are refused
//   lines       what is written once the turn has begun; "$answer" waits for an answer from the other side
// Text is written as it is, everything else as JSON with "$thread" and "$turn" filled in.
import { createInterface } from "node:readline";

/** Plays the script to standard input and output. */
export async function play(script) {
  const args = process.argv.slice(2);
  if (args.includes("--version")) return void console.log("codex-cli 0.169.0 (scripted)");
  if (args.includes("--help"))
    return void console.log(
      script.app_server === false ? "Usage: codex [OPTIONS] [PROMPT]" : "Usage: codex app-server [OPTIONS]",
    );
  if (args[0] === "exec") return exec();
  if (script.noise) return void process.stdout.write("noise\n".repeat(script.noise));
  await serve(script);
}

function exec() {
  const say = (line) => console.log(JSON.stringify(line));
  say({ type: "thread.started", thread_id: "scripted-exec" });
  say({ type: "item.completed", item: { id: "1", type: "agent_message", text: "by exec" } });
  say({ type: "item.completed", item: { id: "2", type: "hologram", depth: 3 } });
  say({ type: "turn.completed", usage: { input_tokens: 1, output_tokens: 1 } });
}

async function serve(script) {
  const left = { ...script.overloaded };
  const answered = [];
  const say = (line) =>
    process.stdout.write(
      typeof line === "string"
        ? `${line}\n`
        : `${JSON.stringify(line).replaceAll("$thread", "thread-1").replaceAll("$turn", "turn-1")}\n`,
    );
  const results = {
    initialize: {},
    "thread/start": { thread: { id: "$thread" }, model: "scripted-codex" },
    "thread/resume": { thread: { id: "$thread" }, model: "scripted-codex" },
    "turn/start": { turn: { id: "$turn" } },
    "turn/steer": { turnId: "$turn" },
  };
  for await (const text of createInterface({ input: process.stdin })) {
    const { id, method } = JSON.parse(text);
    if (method === undefined) {
      answered.shift()?.(text);
      continue;
    }
    if (id === undefined) continue;
    if (left[method] > 0) {
      left[method] -= 1;
      say({ id, error: { code: -32001, message: "Server overloaded; retry later." } });
    } else if (script.refuse?.includes(method)) say({ id, error: { code: -32600, message: `no ${method}` } });
    else {
      say({ id, result: results[method] ?? {} });
      if (method === "turn/start") void tell(script.lines ?? [], say, answered);
    }
  }
}

async function tell(lines, say, answered) {
  for (const line of lines) {
    if (line !== "$answer") say(line);
    else {
      const text = await new Promise((resolve) => answered.push(resolve));
      const item = { id: `echo-${lines.indexOf(line)}`, type: "agentMessage", text };
      say({ method: "item/completed", params: { threadId: "$thread", turnId: "$turn", item } });
    }
  }
}
