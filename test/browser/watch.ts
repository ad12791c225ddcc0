import type { OpenPage } from "./pages.ts";

/** Adds to what went wrong everything by which a page could be led away from its server, or do more than show. */
export async function watchOrigin({ page, wrong }: OpenPage, url: string): Promise<void> {
  const { origin, host } = new URL(url);
  const context = page.context();
  await context.route("**/*", (route) => {
    if (new URL(route.request().url()).origin === origin) return route.continue();
    wrong.push(`asked for ${route.request().url()}`);
    return route.abort();
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== host) wrong.push(`a socket to ${socket.url()}`);
  });
  page.on("dialog", (dialog) => {
    wrong.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("framenavigated", (frame) => {
    if (frame.url() === "about:blank") return;
    if (frame !== page.mainFrame() || new URL(frame.url()).origin !== origin)
      wrong.push(`went to ${frame.url()}`);
  });
  context.on("page", (other) => wrong.push(`opened ${other.url()}`));
}
