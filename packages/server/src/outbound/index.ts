export type { OutboundRules } from "./address-rules.ts";
export type { Resolve } from "./checked-lookup.ts";
export { Outbound } from "./outbound.ts";
export type { Answer } from "./post.ts";
