/** How often a rule of the policy matched an action, and when last. */
export interface RuleHitsTable {
  /** Layer, file and line. */
  rule_id: string;
  hits: number;
  last_at: number;
}

/** Makes the table above, and the columns of a project's own rules. */
export const policyTables = [
  "create table rule_hits (rule_id text primary key, hits bigint not null, last_at bigint not null)",
  "alter table projects add column rules_text text",
  "alter table projects add column approved_rules text",
];
