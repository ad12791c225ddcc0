/** One block of an event stream as it came over the wire. */
export interface SseBlock {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
  /** The text of a comment, such as a heartbeat. */
  readonly comment?: string;
}

/** Every block of a stream, comments and bare ids too, until it ends or the reader lets go. */
export async function* sseBlocks(response: Response): AsyncGenerator<SseBlock, void, undefined> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += value;
      const blocks = rest.split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) yield parseBlock(block);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function parseBlock(block: string): SseBlock {
  const fields: Record<string, string> = {};
  for (const line of block.split("\n")) {
    const at = line.indexOf(":");
    const name = at === 0 ? "comment" : line.slice(0, at);
    const value = line.slice(at + 1).replace(/^ /, "");
    fields[name] = name in fields ? `${fields[name]}\n${value}` : value;
  }
  return fields;
}
