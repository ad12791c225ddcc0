import type { ReactNode } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";

/** Links people may follow out of a text; every other kind is shown and does nothing. */
function safeLink(url: string): string {
  return /^https?:\/\//i.test(url) ? url : "";
}

/** Markdown as elements: no HTML of the text is kept, no picture is loaded, links say where they lead. */
export default function RenderedMarkdown({ text }: { readonly text: string }): ReactNode {
  return (
    <div className="flex flex-col gap-2 wrap-anywhere [&_blockquote]:border-l-2 [&_blockquote]:pl-3 [&_li]:ml-5 [&_ol]:list-decimal [&_pre]:overflow-x-auto [&_pre]:rounded [&_pre]:bg-sunken [&_pre]:p-2 [&_td]:border [&_td]:px-2 [&_th]:border [&_th]:px-2 [&_ul]:list-disc">
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        urlTransform={safeLink}
        components={{
          a: ({ href, children }) =>
            href ? (
              <a
                className="text-accent underline"
                href={href}
                rel="noopener noreferrer nofollow"
                target="_blank"
                title={href}
              >
                {children}
              </a>
            ) : (
              <span>{children}</span>
            ),
          img: ({ alt }) => <span className="text-muted">[picture: {alt || "no description"}]</span>,
          code: ({ children }) => (
            <code className="rounded bg-sunken px-1 font-mono text-sm">{children}</code>
          ),
          // It is scrolled by keyboard too.
          table: ({ children }) => (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
            <div tabIndex={0} className="relative overflow-x-auto">
              <table>{children}</table>
            </div>
          ),
          // The headings of a text are below those of the page.
          h1: ({ children }) => <h4 className="text-lg font-semibold">{children}</h4>,
          h2: ({ children }) => <h4 className="text-lg font-semibold">{children}</h4>,
          h3: ({ children }) => <h5 className="font-semibold">{children}</h5>,
          h4: ({ children }) => <h5 className="font-semibold">{children}</h5>,
          input: ({ checked }) => <span>{checked ? "☑" : "☐"}</span>,
        }}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}
