import { type CommandDefinition, operationCommand } from "../command.ts";
import { duration } from "../terminal/words.ts";

const part = (of: number, count: number, what: string) => (of === 0 ? null : `${count} of ${of} ${what}`);

/** How one project does. */
export const projectHealthCommand: CommandDefinition = operationCommand("health/check", {
  positionals: [{ param: "project", doc: "Id, name or root; the default project unless told" }],
  absent: { project_root: "is the same as the project, for clients of seed 1" },
  show({ project, healthy, quality, signals, recommendations }, { out }) {
    const { grade, grades, done, failed, first_validation, first_review } = quality;
    const letters = Object.entries(grades).flatMap(([letter, n]) => (n === 0 ? [] : [`${n} ${letter}`]));
    out.facts([
      ["project", project, "bold"],
      [
        "now",
        healthy ? "nothing is wrong" : `${signals.length} things are wrong`,
        healthy ? "green" : "yellow",
      ],
      ["grade", grade ?? "none yet"],
      ["grades", letters.join(", ") || null],
      ["14 days", `${done} done, ${failed} failed`],
      ["first proof", part(first_validation.of, first_validation.passed, "passed")],
      ["first review", part(first_review.of, first_review.approved, "approved")],
    ]);
    for (const { kind, title, age_ms } of signals)
      out.facts([[kind.replaceAll("_", " "), `${title}, for ${duration(age_ms)}`]]);
    for (const command of recommendations) out.facts([["run", command]]);
    return undefined;
  },
});
