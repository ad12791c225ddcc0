import { z } from "zod";

const Usage = z.looseObject({
  input_tokens: z.number(),
  cached_input_tokens: z.number().optional(),
  output_tokens: z.number(),
});
export type CodexUsage = z.infer<typeof Usage>;

const Item = z.looseObject({
  id: z.string(),
  type: z.string(),
  text: z.string().optional(),
  message: z.string().optional(),
  command: z.string().optional(),
  aggregated_output: z.string().optional(),
  exit_code: z.number().nullish(),
  status: z.string().optional(),
  changes: z.array(z.looseObject({ path: z.string() })).optional(),
  items: z.array(z.looseObject({ text: z.string(), completed: z.boolean().optional() })).optional(),
  query: z.string().optional(),
  server: z.string().optional(),
  tool: z.string().optional(),
  arguments: z.unknown().optional(),
});
export type CodexItem = z.infer<typeof Item>;

/** One event of `codex exec --json` (Codex 0.169). Types this adapter does not know pass as they are. */
export const CodexLine = z.looseObject({
  type: z.string(),
  thread_id: z.string().optional(),
  item: Item.optional(),
  usage: Usage.optional(),
  message: z.string().optional(),
  error: z.looseObject({ message: z.string() }).nullish(),
});
export type CodexLine = z.infer<typeof CodexLine>;
