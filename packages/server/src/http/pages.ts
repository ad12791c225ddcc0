import { type OperationName, operations, rpcPath, streams } from "@harness/protocol";

/** Text for HTML; nothing of it can become markup. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The page at `/`: what this is and how to log in. Shows nothing of the install. */
export function welcomePage(): string {
  return page(
    "Harness",
    '<h1>Harness</h1><p>Mission control for coding agents. This server answers its API here.</p><p>Type <code>harness login</code> and open the address it prints; then see the <a href="/docs">reference</a>.</p>',
  );
}

/** The answer to a wrong or used login code. */
export function loginFailedPage(): string {
  return page(
    "Harness",
    "<h1>This login link is used or expired</h1><p>Type <code>harness login</code> for a new one. It works once and for two minutes.</p>",
  );
}

/** The reference of the HTTP surface, rendered from the tables: no script, no asset from elsewhere. */
export function docsPage(version: string): string {
  const rows = (Object.keys(operations) as OperationName[]).map((name) => {
    const row = operations[name];
    const routes = row.http.map((route) => `<code>${escapeHtml(route)}</code>`).join("<br>");
    const errors = row.errors.map((code) => `<code>${code}</code>`).join(" ");
    return `<tr><td>${escapeHtml(name)}</td><td>${routes}</td><td>${escapeHtml(row.summary)}</td><td>${row.scope}</td><td>${errors}</td></tr>`;
  });
  const feeds = Object.entries(streams).map(
    ([name, row]) =>
      `<tr><td>${escapeHtml(name)}</td><td><code>${row.transport} ${escapeHtml(row.path)}</code></td><td>${escapeHtml(row.summary)}</td></tr>`,
  );
  return page(
    `Harness ${version} reference`,
    `<h1>Harness ${escapeHtml(version)}</h1><p>Machine readable: <a href="/openapi.json">openapi.json</a>. Send <code>Authorization: Bearer TOKEN</code>. Each operation is also a method of JSON-RPC 2.0 at <code>POST ${rpcPath}</code> and on the WebSocket <code>${streams.rpc.path}</code>.</p>
<h2>Operations</h2><table><tr><th>operation</th><th>route</th><th>what it does</th><th>scope</th><th>errors besides the common ones</th></tr>${rows.join("\n")}</table>
<h2>Streams</h2><table><tr><th>stream</th><th>where</th><th>what it carries</th></tr>${feeds.join("\n")}</table>`,
  );
}

/** Style for every page; served from its own path, because the security policy allows no inline style. */
export const stylesheet = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8884}code{font:13px ui-monospace,monospace}`;

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><link rel="stylesheet" href="/style.css"></head><body>${body}</body></html>`;
}
