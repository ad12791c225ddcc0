import type { z } from "zod";
import { afterDoneOperations } from "./after-done-operations.ts";
import { approvalOperations } from "./approval-operations.ts";
import { boardOperations } from "./board-operations.ts";
import { budgetOperations } from "./budget-operations.ts";
import { commitFileOperations } from "./commit-file-operations.ts";
import { costOperations } from "./cost-operations.ts";
import { diskOperations } from "./disk-operations.ts";
import { fileOperations } from "./file-operations.ts";
import { healthOperations } from "./health-operations.ts";
import { listOperations } from "./list-operations.ts";
import { notificationOperations } from "./notification.ts";
import { ownTaskOperations } from "./own-task-operations.ts";
import { projectOperations } from "./project-operations.ts";
import { proveOperations } from "./prove-operations.ts";
import { replayOperations } from "./replay-operations.ts";
import { reportOperations } from "./report-operations.ts";
import { ruleOperations } from "./rule-operations.ts";
import { runOperations } from "./run-operations.ts";
import { serverOperations } from "./server-operations.ts";
import { sessionOperations } from "./session-operations.ts";
import { statsOperations } from "./stats-operations.ts";
import { taskOperations } from "./task-operations.ts";
import { taskQueries } from "./task-queries.ts";
import { templateOperations } from "./template-operations.ts";
import { threadOperations } from "./thread-operations.ts";
import { tokenOperations } from "./token-operations.ts";
import { turnOperations } from "./turn-operations.ts";
import { workOperations } from "./work-operations.ts";

/** Every capability of Harness, one row each. */
export const operations = {
  ...serverOperations,
  ...healthOperations,
  ...projectOperations,
  ...fileOperations,
  ...commitFileOperations,
  ...taskOperations,
  ...afterDoneOperations,
  ...boardOperations,
  ...taskQueries,
  ...workOperations,
  ...budgetOperations,
  ...costOperations,
  ...statsOperations,
  ...notificationOperations,
  ...reportOperations,
  ...diskOperations,
  ...replayOperations,
  ...templateOperations,
  ...listOperations,
  ...threadOperations,
  ...proveOperations,
  ...turnOperations,
  ...approvalOperations,
  ...ruleOperations,
  ...tokenOperations,
  ...ownTaskOperations,
  ...sessionOperations,
  ...runOperations,
};

export type Operations = typeof operations;
export type OperationName = keyof Operations;
/** What a caller sends. */
export type Params<N extends OperationName> = z.input<Operations[N]["params"]>;
/** What a handler receives. */
export type Parsed<N extends OperationName> = z.output<Operations[N]["params"]>;
export type Result<N extends OperationName> = z.output<Operations[N]["result"]>;
