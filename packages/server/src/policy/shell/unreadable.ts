/** Thrown where a shell text cannot be read as every shell would read it. Never leaves the reader. */
export class Unreadable extends Error {
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}
