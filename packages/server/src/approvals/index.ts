export type { Asked } from "./action-hash.ts";
export { type ApprovalQuery, listApprovals } from "./approval-list.ts";
export { toApproval } from "./approval-row.ts";
export { forgetRule, listRules, ruleFor } from "./approval-rules.ts";
export {
  type AskedBy,
  type Asking,
  consumeAnswer,
  type Decision,
  decide,
  expiredApprovals,
  getApproval,
  nextExpiry,
  openApproval,
  standingAnswer,
  takeAnswer,
  withdrawOfTurn,
} from "./approval-store.ts";
