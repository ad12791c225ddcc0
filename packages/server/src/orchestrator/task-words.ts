import type { Intervention, Requirements, StoredTaskRequest } from "@harness/protocol";

const QUESTIONS = ["Goal", "Approach", "Technologies", "Libraries", "Docs"];

/** What a person said when they asked for the work: the prompt and the answers to the questions a task begins with. */
export function wordsOf(request: Pick<StoredTaskRequest, "prompt" | "answers">): string {
  const answered = (request.answers ?? []).flatMap((answer, at) =>
    answer.trim() === "" ? [] : [`${QUESTIONS[at]}: ${answer.trim()}`],
  );
  return [request.prompt ?? "", ...(answered.length > 0 ? ["", ...answered] : [])].join("\n");
}

/** The answers by what they are about (seed 3's five questions); undefined when none was given. */
export function requirementsOf(answers: readonly string[] | undefined): Requirements | undefined {
  const [goal, approach, technologies, libraries, docs] = (answers ?? []).map(
    (answer) => answer.trim() || null,
  );
  const given = { goal: goal ?? null, approach: approach ?? null, technologies: technologies ?? null };
  if (![goal, approach, technologies, libraries, docs].some(Boolean)) return undefined;
  return { ...given, libraries: librariesOf(libraries ?? ""), docs: docs ?? null };
}

/** Reads `lib: feature, feature` lines. */
function librariesOf(text: string): Requirements["libraries"] {
  return text.split(/[\n;]/).flatMap((line) => {
    const [, name = "", features = ""] = /^\s*([^:]+?)\s*(?::(.*))?$/.exec(line) ?? [];
    const listed = features.split(",").map((feature) => feature.trim());
    return name === "" ? [] : [{ name, features: listed.filter((feature) => feature !== "") }];
  });
}

/** What a person said while the work went on, for a prompt: part of the task, whoever works on it now. */
export function guidanceLines(
  guidance: readonly Intervention[],
  fence: (label: string, text: string) => string,
): string[] {
  if (guidance.length === 0) return [];
  const fresh = guidance.filter(({ delivered }) => delivered === null).map(({ number }) => number);
  return [
    "",
    "While the work went on a person gave this guidance; it is part of the task, and where they disagree the later one holds:",
    ...guidance.map(({ number, guidance: text }) => fence(`guidance ${number}`, text)),
    ...(fresh.length > 0 ? [`New since the last round: guidance ${fresh.join(", ")}.`] : []),
  ];
}
