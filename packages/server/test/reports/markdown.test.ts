import path from "node:path";
import { type LandingStep, Report } from "@harness/protocol";
import { expect, it } from "vitest";
import { fixedReport, hostile } from "../../../../test/support/fixed-report.ts";
import { reportMarkdown } from "../../src/reports/markdown.ts";
import { code, plain } from "../../src/reports/wording.ts";

const golden = path.join(import.meta.dirname, "../../../../test/golden/report.md");

it("the page of a report is what the file says, line for line [req:report.markdown]", async () => {
  await expect(reportMarkdown(Report.parse(fixedReport))).toMatchFileSnapshot(golden);
});

it("text of others makes no heading, link, image, code, mention or line of its own [req:report.markdown-neutral]", () => {
  const page = reportMarkdown(fixedReport);
  for (const line of page.split("\n").filter((one) => one.includes("Not a"))) {
    expect(line).toMatch(/^(- |2\. )\*\*/);
    expect(line).toContain("\\[link\\](http:\u2060//evil.example)");
    expect(line).toContain("\\<img src=x\\> \\*\\*bold\\*\\* @\u2060everyone #\u206012 \\| \\`rm -rf /\\`");
  }
  expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(plain(hostile)).not.toContain("\n");
  expect(plain("my_module_name and _this_ & &#64; www.evil.example")).toBe(
    "my_module_name and \\_this\\_ & \\&#\u206064; www\u2060.evil.example",
  );
  expect(plain("a\\`b")).toBe("a\\\\\\`b");
  expect(code("a `b` c`")).toBe("`` a `b` c` ``");
});

it("an empty report says so in its head and nothing more [req:report.markdown]", () => {
  const nothing = {
    finished: [],
    needs_you: [],
    failed: [],
    going_on: [],
    accounts: [],
    landing: [],
    cut: [],
  };
  const zero = { turns: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0, cost_known_usd: 0, wall_ms: 0 };
  const page = reportMarkdown({
    ...fixedReport,
    ...nothing,
    counts: { finished: 0, needs_you: 0, failed: 0, running: 0, queued: 0, waiting: 0, cancelled: 0 },
    spend: { total: zero, by: [], nights: [] },
    server: { starts: 0, crashes: 0, started_at: [] },
  });
  expect(page.split("\n")).toHaveLength(4);
});

it("a branch that conflicts with no other one conflicts with the base, which the page names [req:report.markdown]", () => {
  const order = fixedReport.landing[0]!;
  const [lands, other] = order.order as [LandingStep, LandingStep];
  const alone: LandingStep = { ...other, title: "Alone", outcome: "conflicts", with: [], files: ["a.txt"] };
  const page = (steps: LandingStep[]) =>
    reportMarkdown({ ...fixedReport, landing: [{ ...order, order: steps }] });
  expect(page([alone])).toContain("conflicts with `main` in a.txt: `harness task");
  expect(page([lands, alone])).toContain("conflicts with `main` as it is by then in a.txt: `harness task");
});
