export { DailyReports } from "./daily-reports.ts";
export { listProblems, problemKey } from "./problems.ts";
export { Reports } from "./reports.ts";
