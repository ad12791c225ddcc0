/**
 * The commands a text shows to be run: the lines of its last block marked as shell, or of lines after a `$`; else the one
 * command in backticks that the text says to run. Empty for a text that shows none.
 */
export function shownCommands(text: string): string[] {
  const blocks = [...text.matchAll(/^```(\w*)[ \t]*\n([\s\S]*?)^```/gm)];
  const shell = blocks.filter(([, label, body = ""]) =>
    label === "" ? /^\$ /m.test(body) : /^(?:sh|bash|shell|zsh|console|terminal)$/i.test(label ?? ""),
  );
  const last = shell.at(-1)?.[2];
  if (last !== undefined) return commandLines(last);
  const prose = text.replace(/^```[\s\S]*?^```/gm, "");
  const named = [...prose.matchAll(/\b(?:run|execute|try|use|with|using)[: ]+`([^`\n]+)`/gi)].map(
    (match) => match[1] ?? "",
  );
  return [...new Set(named)].filter((command) => /^[\w./@-]+(?: |$)/.test(command));
}

function commandLines(body: string): string[] {
  const lines = body.split("\n").map((line) => line.trim());
  // With prompts, everything else is what was printed.
  const prompted = lines.filter((line) => line.startsWith("$ ")).map((line) => line.slice(2).trim());
  const commands =
    prompted.length > 0 ? prompted : lines.filter((line) => line !== "" && !line.startsWith("#"));
  return commands.filter((command) => command !== "");
}
