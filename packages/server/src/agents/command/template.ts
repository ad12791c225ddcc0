/** What a command template may name. The prompt is not among it: everyone on a machine sees the arguments of programs. */
export interface TemplateValues {
  readonly workspace: string;
  readonly model: string | undefined;
  readonly session_id: string | undefined;
}

/**
 * Fills `{workspace}`, `{model}` and `{session_id}` into the arguments of a command; every other brace stays as it is. A
 * value nobody knows is empty inside a longer argument, and missing where it is the whole of one or of an option's value.
 */
export function fillTemplate(
  argv: readonly string[],
  values: TemplateValues,
): { readonly filled: string[] } | { readonly missing: keyof TemplateValues } {
  for (const word of argv) {
    const whole = /^(?:-[\w-]*=)?\{(workspace|model|session_id)\}$/.exec(word)?.[1];
    if (isName(whole) && values[whole] === undefined) return { missing: whole };
  }
  const fill = (word: string) =>
    word.replace(/\{(workspace|model|session_id)\}/g, (all, name: string) =>
      isName(name) ? (values[name] ?? "") : all,
    );
  return { filled: argv.map(fill) };
}

function isName(name: string | undefined): name is keyof TemplateValues {
  return name === "workspace" || name === "model" || name === "session_id";
}
