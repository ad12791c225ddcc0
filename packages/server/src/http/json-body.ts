import { HarnessError } from "@harness/protocol";
import type { FastifyInstance } from "fastify";

/** Levels of arrays and objects a body may nest. No parameter is deeper than a handful. */
const MOST_LEVELS = 32;

/**
 * Makes the server read JSON and nothing else: UTF-8 only, of limited depth, without keys that could reach an
 * object's prototype. Any other content type is refused, so that a plain HTML form of another site gets nowhere.
 */
export function useStrictJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, body, done) => {
    try {
      requireUtf8(request.headers["content-type"] ?? "");
      const text = decodeUtf8(body);
      // An action without parameters may come with the header and no body.
      if (text === "") return done(null, undefined);
      requireShallow(text);
      parse(request, text, (error, value) => done(error ? whyNotJson(text) : null, value));
    } catch (error) {
      done(error as Error);
    }
  });
}

function requireUtf8(contentType: string): void {
  if (/;\s*charset=(?!"?utf-8"?\s*(;|$))/i.test(contentType))
    throw new HarnessError("unsupported_media_type", "Send the body as UTF-8.", { field: "Content-Type" });
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new HarnessError("invalid_json", "The body is not UTF-8.", { field: "body" }, { cause });
  }
}

/** Refuses nesting before anything is built from it. */
function requireShallow(text: string): void {
  let levels = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (quoted) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) levels += 1;
    else if (code === 0x7d || code === 0x5d) levels -= 1;
    if (levels > MOST_LEVELS)
      throw new HarnessError("invalid_json", `The body nests deeper than ${MOST_LEVELS} levels.`, {
        field: "body",
      });
  }
}

function whyNotJson(text: string): HarnessError {
  try {
    JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new HarnessError(
      "invalid_json",
      `The body is not valid JSON: ${reason.slice(0, 200)}`,
      { field: "body" },
      { cause },
    );
  }
  return new HarnessError("invalid_json", "The body has a key that is never a parameter (__proto__).", {
    field: "body",
  });
}
