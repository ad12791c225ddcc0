import path from "node:path";

/** Patterns of a language's definitions, with `NAME` for what is defined. */
interface Language {
  readonly extensions: readonly string[];
  readonly patterns: readonly string[];
}

const SCRIPT = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte"];
const LANGUAGES: readonly Language[] = [
  {
    extensions: SCRIPT,
    patterns: [
      "\\b(?:function\\*?|class|interface|type|enum|namespace|module)\\s+NAME\\b(?!\\s*:)",
      "(?:^|\\bexport\\s+|\\bdeclare\\s+)\\s*(?:const|let|var)\\s+NAME\\s*[:=]",
      "^\\s*(?:(?:public|private|protected|static|async|get|set|readonly|override|abstract)\\s+|\\*\\s*|#)*NAME\\s*(?:<[^>]*>)?\\([^;]*\\)\\s*(?::[^={]+)?\\{\\s*$",
      "^\\s*(?:(?:public|private|protected|static|readonly|override|abstract|async)\\s+)+NAME\\s*[(:=?]",
      "^\\s*NAME\\s*[:=]\\s*(?:async\\s*)?(?:function\\b|\\([^)]*\\)\\s*=>|\\w+\\s*=>)",
    ],
  },
  {
    extensions: ["py", "pyi"],
    patterns: ["^\\s*(?:async\\s+)?def\\s+NAME\\b", "^\\s*class\\s+NAME\\b", "^NAME\\s*(?::[^=]+)?=(?!=)"],
  },
  {
    extensions: ["go"],
    patterns: [
      "^func\\s+(?:\\([^)]*\\)\\s*)?NAME\\s*[\\[(]",
      "^\\s*type\\s+NAME\\b",
      "^\\s*(?:var|const)\\s+NAME\\b",
    ],
  },
  {
    extensions: ["rs"],
    patterns: [
      "\\b(?:fn|struct|enum|trait|type|mod|union)\\s+NAME\\b(?!\\s*;)",
      "\\b(?:const|static)\\s+(?:mut\\s+)?NAME\\s*:",
      "\\bmacro_rules!\\s+NAME\\b",
    ],
  },
  {
    extensions: ["java", "kt", "kts", "scala", "cs", "swift", "php", "dart", "groovy"],
    patterns: [
      "\\b(?:class|interface|enum|record|object|trait|struct|protocol|typealias|func|fun|function|def)\\s+(?:<[^>]*>\\s*)?NAME\\b",
      "^\\s*(?:(?:public|private|protected|internal|static|final|abstract|override|virtual|async|synchronized|@\\w+)\\s+)+[\\w<>\\[\\],.? ]+\\s+NAME\\s*[(=;]",
      "^\\s*[\\w<>\\[\\],.?]+\\s+NAME\\s*\\([^;]*\\)\\s*(?:throws [^{]+)?\\{",
      "^\\s*(?:val|var|let|const)\\s+NAME\\b",
    ],
  },
  {
    extensions: ["rb", "rake", "cr"],
    patterns: [
      "^\\s*(?:def\\s+(?:self\\.)?|class\\s+|module\\s+)(?:\\w+::)*NAME\\b",
      "^\\s*NAME\\s*=(?![=~])",
    ],
  },
  {
    extensions: ["c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "cu"],
    patterns: [
      "^\\s*#\\s*define\\s+NAME\\b",
      "\\b(?:struct|class|enum|union|namespace|@interface|@implementation)\\s+(?:class\\s+)?NAME\\b(?![^{]*;)",
      "\\btypedef\\b.*\\bNAME\\s*;",
      "^[A-Za-z_][\\w\\s*&:<>,~]*\\bNAME\\s*\\([^;]*$",
    ],
  },
  {
    extensions: ["ksh", "sh", "bash", "zsh"],
    patterns: ["^\\s*(?:function\\s+)?NAME\\s*\\(\\)", "^\\s*function\\s+NAME\\b"],
  },
  { extensions: ["lua"], patterns: ["\\bfunction\\s+(?:\\w+[.:])*NAME\\b", "^\\s*(?:local\\s+)?NAME\\s*="] },
  { extensions: ["ex", "exs"], patterns: ["^\\s*def(?:p|module|macro|struct)?\\s+(?:\\w+\\.)*NAME\\b"] },
  {
    extensions: ["sql"],
    patterns: [
      '\\bcreate\\s+(?:or\\s+replace\\s+)?(?:\\w+\\s+)*?(?:table|view|function|procedure|index|type)\\s+(?:if\\s+not\\s+exists\\s+)?["`]?NAME\\b',
    ],
  },
  { extensions: ["css", "scss", "less"], patterns: ["[.#]NAME\\s*[,{]", "(?:--|\\$|@)NAME\\s*:"] },
  {
    extensions: ["proto", "graphql", "gql"],
    patterns: ["\\b(?:message|service|enum|rpc|type|input|interface|scalar|union)\\s+NAME\\b"],
  },
];

/** Tells the lines that define a name from those that merely have it, by the language of the file. */
export class DefinitionFinder {
  readonly #byExtension = new Map<string, RegExp>();

  /** `name` is matched as it is, with its case. */
  constructor(name: string) {
    for (const { extensions, patterns } of LANGUAGES) {
      const flags = extensions.includes("sql") ? "i" : "";
      const source = patterns.map((pattern) => pattern.replaceAll("NAME", escaped(name))).join("|");
      for (const extension of extensions) this.#byExtension.set(extension, new RegExp(source, flags));
    }
  }

  /** Whether this line of this file defines the name. False for languages nobody taught it. */
  defines(file: string, line: string): boolean {
    if (isComment(line) || /^\s*(?:return|await|throw|new|else|case|yield)\b/.test(line)) return false;
    return this.#byExtension.get(path.extname(file).slice(1).toLowerCase())?.test(line) ?? false;
  }
}

/** The definition around a line: the nearest one above it that is indented less. */
export function enclosing(file: string, lines: readonly string[], at: number): string | undefined {
  const finder = namesOf(path.extname(file).slice(1).toLowerCase());
  if (finder === undefined) return undefined;
  let depth = indent(lines[at] ?? "");
  for (let above = at - 1; above >= 0 && depth > 0; above -= 1) {
    const line = lines[above] ?? "";
    if (line.trim() === "" || indent(line) >= depth || isComment(line)) continue;
    const name = finder.exec(line)?.slice(1).find(Boolean);
    if (name !== undefined && !/^(?:if|for|while|switch|catch|with|return|else|do|try)$/.test(name))
      return name;
    depth = indent(line);
  }
  return undefined;
}

/** A pattern whose groups are the names a line of this language may define, for functions and the like only. */
function namesOf(extension: string): RegExp | undefined {
  if (SCRIPT.includes(extension))
    return /\b(?:function\*?|class)\s+(\w+)|^\s*(?:export\s+)?(?:const|let|var)\s+(\w+)\s*=\s*(?:async\s*)?(?:\(|function|\w+\s*=>)|^\s*(?:(?:public|private|protected|static|async|get|set|override)\s+|\*\s*)*(#?\w+)\s*(?:<[^>]*>)?\([^;]*\)?\s*(?::[^={]+)?\{?\s*$/;
  if (["py", "pyi"].includes(extension)) return /^\s*(?:async\s+)?(?:def|class)\s+(\w+)/;
  if (extension === "go") return /^func\s+(?:\([^)]*\)\s*)?(\w+)/;
  if (extension === "rs") return /\bfn\s+(\w+)/;
  if (["rb", "ex", "exs"].includes(extension)) return /^\s*defp?\s+(?:self\.)?(\w+[?!]?)/;
  if (["java", "kt", "cs", "swift", "php", "scala"].includes(extension))
    return /\b(?:fun|func|function|def)\s+(\w+)|^\s*(?:[\w<>[\],.?]+\s+)+(\w+)\s*\([^;]*\{\s*$/;
  if (["c", "h", "cc", "cpp", "hpp"].includes(extension)) return /^[A-Za-z_][\w\s*&:<>,~]*\b(\w+)\s*\([^;]*$/;
  return undefined;
}

/** True for a line that is a comment as a whole. */
export function isComment(line: string): boolean {
  return /^\s*(?:\/\/|\/\*|\*(?:\s|\/|$)|#(?!\s*(?:define|include|\w+\())|--\s|<!--)/.test(line);
}

function indent(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
