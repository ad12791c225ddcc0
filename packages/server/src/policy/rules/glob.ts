/**
 * Turns a path glob into an expression for whole paths: `*` and `?` stay inside one part of a path, `**` crosses
 * parts and may stand for none, `{a,b}` is either. A name without a slash fits at any depth, and a directory stands
 * for everything in it.
 */
export function globExpression(glob: string): RegExp {
  let source = glob.includes("/") ? "" : "(?:.*/)?";
  let at = 0;
  let open = 0;
  while (at < glob.length) {
    const rest = glob.slice(at);
    const char = rest[0] ?? "";
    if (rest.startsWith("**/")) {
      source += "(?:[^/]+/)*";
      at += 3;
      continue;
    }
    if (rest.startsWith("**")) source += ".*";
    else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "{") source += "(?:";
    else if (char === "}" && open > 0) source += ")";
    else if (char === "," && open > 0) source += "|";
    else source += char.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
    if (char === "{") open += 1;
    if (char === "}" && open > 0) open -= 1;
    at += rest.startsWith("**") ? 2 : 1;
  }
  return new RegExp(`^${source}${")".repeat(open)}(?:/.*)?$`, "su");
}

/** A name with `*` for any letters, such as `mcp__github__*`. */
export function nameExpression(name: string): RegExp {
  return new RegExp(`^${name.split("*").map(quoted).join(".*")}$`, "su");
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
