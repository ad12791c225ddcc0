import type { CompiledQuery } from "kysely";
import type { Tx } from "./group-commit.ts";
import type { Database } from "./schema.ts";

/**
 * Inserts whole rows. The statement of a table is compiled once instead of for every row: building it costs more than
 * running it. For one database; the columns must come in the same order every time.
 */
export class HotInserts {
  readonly #compiled = new Map<string, CompiledQuery>();

  async run<T extends keyof Database & string>(db: Tx, table: T, row: Database[T]): Promise<void> {
    let query = this.#compiled.get(table);
    if (!query) {
      query = db
        .insertInto(table)
        .values(row as never)
        .compile();
      this.#compiled.set(table, query);
    }
    await db.executeQuery({ ...query, parameters: Object.values(row as object) });
  }
}
