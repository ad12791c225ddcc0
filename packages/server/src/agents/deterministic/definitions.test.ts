import { expect, it } from "vitest";
import { DefinitionFinder, enclosing } from "./definitions.ts";

it.each([
  ["a.ts", "export async function thing(a: string): void {"],
  ["a.ts", "export const thing = (a) => a;"],
  ["a.ts", "  private async thing(a: number): Promise<void> {"],
  ["a.ts", "export interface thing {"],
  ["a.py", "    def thing(self):"],
  ["a.py", "thing = 3"],
  ["a.go", "func (s *Store) thing(a int) error {"],
  ["a.rs", "pub(crate) fn thing<T>(a: T) -> T {"],
  ["A.java", "    public static int thing(int a) {"],
  ["a.rb", "  def self.thing(a)"],
  ["a.c", "static int thing(int a)"],
  ["a.h", "#define thing(a) (a)"],
  ["a.sh", "thing() {"],
  ["a.sql", "CREATE TABLE IF NOT EXISTS thing ("],
])("%s: %s defines", (file, line) => {
  expect(new DefinitionFinder("thing").defines(file, line)).toBe(true);
});

it.each([
  ["a.ts", "  const other = thing(a);"],
  ["a.ts", "  return thing(a);"],
  ["a.ts", "import { thing } from './a';"],
  ["a.ts", "// function thing() {"],
  ["a.ts", "export function anything() {"],
  ["a.py", "    if thing == 3:"],
  ["a.go", "	return thing(a)"],
  ["a.c", "  thing(a);"],
  ["a.txt", "function thing()"],
])("%s: %s does not define", (file, line) => {
  expect(new DefinitionFinder("thing").defines(file, line)).toBe(false);
});

it("names what is around a line", () => {
  const lines = [
    "class Box {",
    "  open(key) {",
    "    if (key) {",
    "      thing(key);",
    "    }",
    "  }",
    "}",
    "thing();",
  ];
  expect(enclosing("a.ts", lines, 3)).toBe("open");
  expect(enclosing("a.ts", lines, 7)).toBeUndefined();
});
