/** One AGENTS.md with where it lies. */
export interface RuleFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** One rule in force, with the file it comes from. */
export interface Rule {
  readonly text: string;
  readonly from: string;
}

/** The rules under one heading; `heading` is empty for what stands above the first. */
export interface RuleSection {
  readonly heading: string;
  readonly rules: readonly Rule[];
}

/**
 * The rules in force where several AGENTS.md apply, outermost first: of two rules with one key under one heading the
 * nearer file's holds. `remove: key` or `! key` takes one away, `replace: text` puts one in its place. The key of a rule
 * is what stands before `:` or `->`, else the whole of it. Lines of comments are left out (source: seed 2).
 */
export function resolveRules(files: readonly RuleFile[]): RuleSection[] {
  const sections = new Map<string, { heading: string; rules: (Rule & { key: string })[] }>();
  for (const { path, text } of files) {
    for (const { heading, lines } of sectionsOf(text)) {
      const id = normalised(heading);
      const section = sections.get(id) ?? { heading, rules: [] };
      sections.set(id, section);
      const outer = section.rules.filter((rule) => rule.from !== path);
      const own = section.rules.filter((rule) => rule.from === path);
      const gone = new Set<string>();
      for (const line of lines) {
        const removed = /^(?:remove:|!)\s+(.+)$/i.exec(line)?.[1];
        if (removed !== undefined) {
          gone.add(keyOf(removed));
          continue;
        }
        const rule = line.replace(/^replace:\s+/i, "");
        gone.add(keyOf(rule));
        own.push({ text: rule, from: path, key: keyOf(rule) });
      }
      section.rules = [...outer.filter(({ key }) => !gone.has(key)), ...own];
    }
  }
  return [...sections.values()].flatMap(({ heading, rules }) =>
    rules.length === 0 ? [] : [{ heading, rules: rules.map(({ text, from }) => ({ text, from })) }],
  );
}

/** The rules in force where these files apply, outermost first, as text; empty when there are none. */
export function resolvedRules(files: readonly RuleFile[]): string {
  return renderRules(resolveRules(files));
}

/** Rules as text: headings as they are, and for each rule the file it comes from. */
export function renderRules(sections: readonly RuleSection[]): string {
  return sections
    .map(({ heading, rules }) => {
      const lines = rules.map(({ text, from }) => `- ${text.replaceAll("\n", "\n  ")} (${from})`);
      return [...(heading === "" ? [] : [`## ${heading}`]), ...lines].join("\n");
    })
    .join("\n\n");
}

/** The sections of one file: bullets without their mark, a bullet's further lines and a fenced block each in one piece. */
function sectionsOf(text: string): { heading: string; lines: string[] }[] {
  const sections = [{ heading: "", lines: [] as string[] }];
  let fence: string[] | undefined;
  for (const line of withoutComments(text).split("\n")) {
    const lines = sections.at(-1)?.lines ?? [];
    const edge = /^\s*(?:```|~~~)/.test(line);
    if (fence !== undefined) {
      fence.push(line);
      if (edge) lines.push(fence.join("\n"));
      if (edge) fence = undefined;
    } else if (edge) fence = [line];
    else if (/^#{1,6}\s/.test(line))
      sections.push({ heading: line.replace(/^#+\s+|\s+#*\s*$/g, ""), lines: [] });
    else if (line.trim() === "") continue;
    else if (/^\s{2,}(?![-*]\s)/.test(line) && lines.length > 0) lines.push(`${lines.pop()}\n${line.trim()}`);
    else lines.push(line.trim().replace(/^[-*]\s+/, ""));
  }
  if (fence !== undefined) sections.at(-1)?.lines.push(fence.join("\n"));
  return sections;
}

function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?-->/g, "");
}

function normalised(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function keyOf(rule: string): string {
  const head = rule.includes("\n") ? rule : (/^(.*?)(?::|->)/.exec(rule)?.[1] ?? rule);
  return head.toLowerCase().replace(/\s+/g, " ").trim();
}
