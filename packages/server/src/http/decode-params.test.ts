import { describe, expect, it } from "vitest";
import { z } from "zod";
import { decodeParams } from "./decode-params.ts";

const schema = z.strictObject({
  count: z.number().int().optional(),
  ratio: z.number().nullable().optional(),
  flag: z.boolean().optional(),
  name: z.string().optional(),
  status: z.array(z.enum(["a", "b"])).optional(),
  names: z.array(z.string()).optional(),
  numbers: z.array(z.number()).optional(),
});

describe("the strings of a query", () => {
  it.each([
    [{ count: "0" }, { count: 0 }],
    [{ count: "-7" }, { count: -7 }],
    [{ ratio: "0.25" }, { ratio: 0.25 }],
    [{ flag: "true" }, { flag: true }],
    [{ flag: "false" }, { flag: false }],
    [{ name: "true" }, { name: "true" }],
    [{ name: "7" }, { name: "7" }],
    [{ status: "a,b" }, { status: ["a", "b"] }],
    [{ status: ["a", "b"] }, { status: ["a", "b"] }],
    [{ names: "a,b" }, { names: ["a,b"] }],
    [{ numbers: ["1", "2"] }, { numbers: [1, 2] }],
  ])("become what their fields mean: %j [req:http.params]", (given, expected) => {
    expect({ ...decodeParams(schema, given) }).toEqual(expected);
  });

  it.each([
    "",
    " 1",
    "1 ",
    "1e3",
    "0x1",
    "01",
    "+1",
    "Infinity",
    "NaN",
    "1.",
    ".5",
    "1_000",
    "--1",
    "9".repeat(40),
  ])(
    "stay as they are when they spell no number, for the schema to refuse: %j [req:http.params]",
    (count) => {
      expect(decodeParams(schema, { count })["count"]).toBe(count);
      expect(schema.safeParse(decodeParams(schema, { count })).success).toBe(false);
    },
  );

  it.each(["TRUE", "1", "0", "yes", ""])(
    "spell no boolean but true and false: %j [req:http.params]",
    (flag) => {
      expect(schema.safeParse(decodeParams(schema, { flag })).success).toBe(false);
    },
  );

  it("with names of an object's own machinery are unknown names like others [req:http.params]", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const given = Object.fromEntries([[name, "x"]]);
      expect(schema.safeParse({ ...decodeParams(schema, given) }).success, name).toBe(false);
    }
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});
