import { HarnessError } from "@harness/protocol";
import type { FastifyInstance } from "fastify";
import { readStrictJson } from "../rpc/index.ts";

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Makes the server read JSON and nothing else. Any other content type is refused, so that a plain HTML form of another
 * site gets nowhere.
 */
export function useStrictJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, body, done) => {
    try {
      requireUtf8(request.headers["content-type"] ?? "");
      const marked = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
      const json = marked ? body.subarray(BYTE_ORDER_MARK.length) : body;
      // An action without parameters may come with the header and no body.
      done(null, json.length === 0 ? undefined : readStrictJson(json, "body"));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Throws `unsupported_media_type` for a body in another encoding. */
export function requireUtf8(contentType: string): void {
  if (/;\s*charset=(?!"?utf-8"?\s*(;|$))/i.test(contentType))
    throw new HarnessError("unsupported_media_type", "Send the body as UTF-8.", { field: "Content-Type" });
}
