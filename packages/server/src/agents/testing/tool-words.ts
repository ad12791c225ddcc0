import type { Verb } from "./scenario.ts";

type ToolVerb = Extract<
  Verb,
  | { write_file: unknown }
  | { read_file: unknown }
  | { run: unknown }
  | { tool: unknown }
  | { ask: unknown }
  | { review_verdict: unknown }
>;

interface NamedInput {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Translates a portable verb into a call of one of the tools the client offers: Claude Code's `Write`, `Read` and
 * `Bash`, Codex's `exec_command`, OpenCode's and Gemini CLI's, or our own `api` tools. Returns plain text instead
 * where text is the answer.
 */
export function toolCallFor(verb: ToolVerb, tools: readonly string[]): NamedInput | string {
  if ("tool" in verb) return verb.tool;
  if ("review_verdict" in verb) {
    // Claude Code takes a structured answer as a call of this tool.
    return tools.includes("StructuredOutput")
      ? { name: "StructuredOutput", input: verb.review_verdict }
      : JSON.stringify(verb.review_verdict);
  }
  if ("ask" in verb) return ask(verb.ask, tools);
  if ("write_file" in verb) return writeFile(verb.write_file, tools);
  if ("read_file" in verb) return readFile(verb.read_file, tools);
  return "argv" in verb.run && tools.includes("run_command")
    ? { name: "run_command", input: { argv: verb.run.argv } }
    : shell("argv" in verb.run ? verb.run.argv.map(quote).join(" ") : verb.run.cmd, tools);
}

function ask(asked: { question: string; options: string[] }, tools: readonly string[]): NamedInput | string {
  const { question } = asked;
  const options = asked.options.map((label) => ({ label, description: `It is ${label}.` }));
  if (tools.includes("AskUserQuestion")) {
    const one = { question, header: "Question", multiSelect: false, options };
    return { name: "AskUserQuestion", input: { questions: [one] } };
  }
  if (tools.includes("request_user_input")) {
    const one = { id: "question", header: "Question", question, options };
    return { name: "request_user_input", input: { questions: [one] } };
  }
  if (tools.includes("ask_person")) return { name: "ask_person", input: { ...asked } };
  return `(The client offers no tool to ask: ${question})`;
}

function writeFile(file: { path: string; content: string }, tools: readonly string[]): NamedInput | string {
  if (tools.includes("Write"))
    return { name: "Write", input: { file_path: file.path, content: file.content } };
  if (tools.includes("write"))
    return { name: "write", input: { filePath: file.path, content: file.content } };
  if (tools.includes("run_shell_command"))
    return { name: "write_file", input: { file_path: file.path, content: file.content } };
  if (tools.includes("write_file")) return { name: "write_file", input: { ...file } };
  const folder = file.path.includes("/") ? file.path.slice(0, file.path.lastIndexOf("/")) : ".";
  const command = `mkdir -p ${quote(folder || "/")} && printf %s ${quote(file.content)} > ${quote(file.path)}`;
  return shell(command, tools);
}

function readFile(file: { path: string }, tools: readonly string[]): NamedInput | string {
  if (tools.includes("Read")) return { name: "Read", input: { file_path: file.path } };
  if (tools.includes("read")) return { name: "read", input: { filePath: file.path } };
  if (tools.includes("run_shell_command")) return { name: "read_file", input: { file_path: file.path } };
  if (tools.includes("read_file")) return { name: "read_file", input: { path: file.path } };
  return shell(`cat ${quote(file.path)}`, tools);
}

function shell(command: string, tools: readonly string[]): NamedInput | string {
  if (tools.includes("Bash")) return { name: "Bash", input: { command, description: "Scripted command" } };
  if (tools.includes("bash")) return { name: "bash", input: { command, description: "Scripted command" } };
  if (tools.includes("run_shell_command")) return { name: "run_shell_command", input: { command } };
  if (tools.includes("exec_command")) return { name: "exec_command", input: { cmd: command } };
  if (tools.includes("shell_command")) return { name: "shell_command", input: { command } };
  if (tools.includes("run_command")) return { name: "run_command", input: { argv: ["sh", "-c", command] } };
  return `(The client offers no tool that could run: ${command})`;
}

function quote(word: string): string {
  return /^[\w./:=@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
