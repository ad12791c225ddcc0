/** What a first validation or review came to, as it is counted: 1, 0, or null when it was none. */
export function firstOf<T extends string>(outcome: string, good: T, bad: T): 1 | 0 | null {
  return outcome === good ? 1 : outcome === bad ? 0 : null;
}
