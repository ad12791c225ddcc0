import { z } from "zod";

/** What changed between two commits: the files, and the patch up to a size. */
export const Change = z.object({
  base: z.string().nullable(),
  head: z.string().nullable(),
  files: z.array(
    z.object({
      path: z.string(),
      status: z.string(),
      insertions: z.number().int(),
      deletions: z.number().int(),
    }),
  ),
  patch: z.string(),
  cut: z.boolean(),
});
export type Change = z.infer<typeof Change>;
