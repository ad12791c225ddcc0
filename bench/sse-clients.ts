// Many readers of one event feed, in a process of their own: `node bench/sse-clients.ts URL TOKEN COUNT`.
// Prints "ready" once all are connected, then a line for each event once the last of them has it: how late, in ms.
import { Agent, get } from "node:http";

const [url = "", token = "", count = "1"] = process.argv.slice(2);
const readers = Number(count);
const seen = new Map<string, { at: number; readers: number }>();
let open = 0;
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

for (let n = 0; n < readers; n += 1) {
  const request = get(url, {
    agent,
    headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
  });
  request.on("response", (response) => {
    if (response.statusCode !== 200) throw new Error(`A reader was answered ${response.statusCode}.`);
    open += 1;
    if (open === readers) console.log("ready");
    let rest = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      const frames = (rest + chunk).split("\n\n");
      rest = frames.pop() ?? "";
      for (const frame of frames) arrived(frame);
    });
  });
}

function arrived(frame: string): void {
  const id = /^id: ?(.*)$/m.exec(frame)?.[1];
  // The first frame of a stream is an id alone: where the feed begins.
  if (!id || !/^data:/m.test(frame)) return;
  let event = seen.get(id);
  if (!event) {
    const at = /"at":"([^"]+)"/.exec(frame)?.[1] ?? "";
    event = { at: Date.parse(at), readers: 0 };
    seen.set(id, event);
  }
  event.readers += 1;
  if (event.readers < readers) return;
  seen.delete(id);
  console.log(Date.now() - event.at);
}
