export { readCounts } from "./counts.ts";
export { evidenceOf, recordEvidence } from "./evidence-store.ts";
