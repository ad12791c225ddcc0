import type { PolicyExplanation } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { Badge, Button, Table, visibleText } from "../../../ui/index.ts";
import { DecisionBadge, layerWords } from "./decision.tsx";

type Segment = PolicyExplanation["segments"][number];

/** What was answered, the rule that decided, and each command of the text with every rule tried on it. */
export function Explanation({ explanation }: { readonly explanation: PolicyExplanation }): ReactNode {
  const { decision, reason, rule, segments } = explanation;
  return (
    <section aria-label="Explanation" className="mt-3 flex flex-col gap-3" aria-live="polite">
      <div className="rounded border bg-page p-3">
        <p className="flex flex-wrap items-center gap-2">
          <DecisionBadge decision={decision} />
          <span className="min-w-0 break-words">{visibleText(reason)}</span>
        </p>
        <p className="mt-1 break-words text-muted">
          {rule === null ? (
            "No rule decides it."
          ) : (
            <>
              Decided by <code className="font-mono text-sm break-all text-ink">{visibleText(rule.id)}</code>{" "}
              ({layerWords[rule.layer]}) on{" "}
              <code className="font-mono text-sm break-all text-ink">
                {visibleText(rule.matched.join(" "))}
              </code>
              {rule.justification !== null && <>: {visibleText(rule.justification)}</>}
            </>
          )}
        </p>
      </div>
      <ol className="flex flex-col gap-3">
        {segments.map((segment, index) => (
          // Two commands of a text may be the same; they stay in their order.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={index}>
            <SegmentCard segment={segment} decides={rule?.id ?? null} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function SegmentCard({
  segment,
  decides,
}: {
  readonly segment: Segment;
  /** The rule that decides over the whole text. */
  readonly decides: string | null;
}): ReactNode {
  const [all, setAll] = useState(false);
  const { tried } = segment;
  const speaking = tried.filter(({ matched }) => matched !== null);
  const shown = all ? tried : speaking;
  return (
    <div className="flex flex-col gap-2 rounded border p-3">
      <p className="flex flex-wrap items-center gap-2">
        <code className="min-w-0 font-mono text-sm font-semibold break-all">{visibleText(segment.text)}</code>
        <DecisionBadge decision={segment.decision} />
      </p>
      <p className="break-words text-muted">
        {visibleText(segment.reason)}
        {segment.via.length > 0 && <> Seen through {segment.via.map(visibleText).join(", ")}.</>}
        {segment.writes.length > 0 && <> Writes {segment.writes.map(visibleText).join(", ")}.</>}
      </p>
      {shown.length > 0 && (
        <Table
          caption={`Rules tried on ${visibleText(segment.text)}`}
          head={["Rule", "Answer", "From", "Covers"]}
        >
          {shown.map((one) => (
            <tr key={one.id} className={one.matched === null ? "text-muted" : ""}>
              <td>
                <code className="font-mono text-sm break-words">{visibleText(one.says)}</code>
                {one.justification !== null && (
                  <span className="block text-sm text-muted">{visibleText(one.justification)}</span>
                )}
              </td>
              <td className="whitespace-nowrap">
                <DecisionBadge decision={one.decision} />
              </td>
              <td>
                {layerWords[one.layer]}
                <span className="block font-mono text-xs break-all text-muted">{visibleText(one.id)}</span>
              </td>
              <td>
                {one.matched === null ? (
                  "says nothing of it"
                ) : (
                  <>
                    <code className="font-mono text-sm break-all">{visibleText(one.matched.join(" "))}</code>
                    {one.id === decides && (
                      <>
                        {" "}
                        <Badge tone="review">decides</Badge>
                      </>
                    )}
                  </>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {tried.length > speaking.length && (
        <Button className="w-fit" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Only rules that say something of it" : `Every rule that was tried (${tried.length})`}
        </Button>
      )}
    </div>
  );
}
