import { z } from "zod";

/** One page of a list. `next_cursor` is opaque and absent on the last page. */
export const Page = z
  .object({ limit: z.number().int(), has_more: z.boolean(), next_cursor: z.string().nullable() })
  .meta({ id: "Page" });

/** Rows a page of a list. */
export const Limit = z
  .number()
  .int()
  .min(1)
  .max(500)
  .optional()
  .meta({ description: "Rows a page, 1 to 500; 50 unless told" });

/** The opaque cursor of the page before. */
export const Cursor = z.string().min(1).max(500).optional();
