const MARKED = /(<!-- figures:start[^>]*-->\n)[\s\S]*?(<!-- figures:end -->)/;

/** The readme with the figures of `bench/RESULTS.md` between its markers. */
export function withFigures(readme: string, results: string): string {
  const machine = /^Machine: .*$/m.exec(results)?.[0] ?? "";
  const rows = results
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| /, "").replace(/ \|$/, "")))
    .map(([what, goal, measured, floor, met]) => `| ${[what, goal, measured, floor, met].join(" | ")} |`);
  const [head = "", ...figures] = rows;
  const table = [head, "|---|---|---|---|---|", ...figures].join("\n");
  return readme.replace(
    MARKED,
    (_all, start: string, end: string) => `${start}${machine}\n\n${table}\n${end}`,
  );
}
