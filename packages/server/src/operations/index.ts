import { afterDoneHandlers } from "./after-done.ts";
import { agentHandlers } from "./agent-handlers.ts";
import { approvalHandlers } from "./approval-handlers.ts";
import { boardHandlers } from "./board-handlers.ts";
import { budgetHandlers } from "./budget-handlers.ts";
import { chatHandlers } from "./chat-handlers.ts";
import { commitFileHandlers } from "./commit-file.ts";
import { costHandlers } from "./cost-handlers.ts";
import type { OperationsDeps } from "./deps.ts";
import { diskHandlers } from "./disk-handlers.ts";
import { exampleHandlers } from "./example-project.ts";
import { fileHandlers } from "./file-handlers.ts";
import { healthHandlers } from "./health-handlers.ts";
import { inputHandlers } from "./input-handlers.ts";
import type { Handlers } from "./invoke.ts";
import { listHandlers } from "./list-handlers.ts";
import { notificationHandlers } from "./notification-handlers.ts";
import { ownTaskHandlers } from "./own-task-handlers.ts";
import { projectHandlers } from "./project-handlers.ts";
import { proveHandlers } from "./prove-handlers.ts";
import { replayHandlers } from "./replay-handlers.ts";
import { reportHandlers } from "./report-handlers.ts";
import { ruleHandlers } from "./rule-handlers.ts";
import { runHandlers } from "./run-handlers.ts";
import { serverHandlers } from "./server-handlers.ts";
import { sessionHandlers } from "./session-handlers.ts";
import { statsHandlers } from "./stats-handlers.ts";
import { taskHandlers } from "./task-handlers.ts";
import { taskQueries } from "./task-queries.ts";
import { templateHandlers } from "./template-handlers.ts";
import { threadHandlers } from "./thread-handlers.ts";
import { threadViews } from "./thread-views.ts";
import { tokenHandlers } from "./token-handlers.ts";
import { turnHandlers } from "./turn-handlers.ts";
import { workHandlers } from "./work-handlers.ts";

export type { OperationsDeps } from "./deps.ts";
export { type DoctorDeps, doctor } from "./doctor.ts";
export { type Caller, type Handlers, type Invoker, OperationInvoker, parseParams } from "./invoke.ts";
export { projectFile } from "./project-settings.ts";
export { recordWayOut } from "./sandbox-profile.ts";
export { planStateOfThread, sessionThread } from "./session-plan.ts";
export { taskAbout } from "./task-work.ts";

/** Every handler, one per row of the operation table. */
export function createHandlers(deps: OperationsDeps): Handlers {
  return {
    ...serverHandlers(deps),
    ...healthHandlers(deps),
    ...projectHandlers(deps),
    ...exampleHandlers(deps),
    ...fileHandlers(deps),
    ...commitFileHandlers(deps),
    ...taskHandlers(deps),
    ...afterDoneHandlers(deps),
    ...boardHandlers(deps),
    ...taskQueries(deps),
    ...workHandlers(deps),
    ...budgetHandlers(deps),
    ...costHandlers(deps),
    ...statsHandlers(deps),
    ...agentHandlers(deps),
    ...notificationHandlers(deps),
    ...reportHandlers(deps),
    ...diskHandlers(deps),
    ...replayHandlers(deps),
    ...templateHandlers(deps),
    ...listHandlers(deps),
    ...threadHandlers(deps),
    ...threadViews(deps),
    ...inputHandlers(deps),
    ...proveHandlers(deps),
    ...sessionHandlers(deps),
    ...runHandlers(deps),
    ...chatHandlers(deps),
    ...turnHandlers(deps),
    ...approvalHandlers(deps),
    ...ruleHandlers(deps),
    ...tokenHandlers(deps),
    ...ownTaskHandlers(deps),
  };
}
