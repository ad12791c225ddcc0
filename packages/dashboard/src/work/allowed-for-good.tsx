import type { ReactNode } from "react";
import { useAct, useRead } from "../live/index.ts";
import { Button, Loaded, Problem, Table, Time, visibleText } from "../ui/index.ts";

/** What a person answered with "always", in all or in one project, and the way to take it back. */
export function AllowedForGood({ project }: { readonly project?: string }): ReactNode {
  const read = useRead("approval/rules", project === undefined ? {} : { project });
  const projects = useRead("project/list", {});
  const forget = useAct("approval/forget_rule");
  const nameOf = (id: string) => projects.data?.data.find((project) => project.id === id)?.name ?? id;
  return (
    <Loaded read={read} what="what is allowed for good">
      {({ data }) =>
        data.length === 0 ? (
          <p className="text-muted">
            Nothing yet. An answer "always" makes a rule of the project, listed here.
          </p>
        ) : (
          <>
            {forget.error && <Problem error={forget.error} />}
            <Table caption="What is allowed for good" head={["What", "Project", "By", "Made", "Matched", ""]}>
              {data.map((rule) => (
                <tr key={rule.id}>
                  <td className="break-all">
                    <code className="font-mono text-sm">
                      {visibleText(rule.command ?? (rule.paths.join(", ") || rule.tool))}
                    </code>
                  </td>
                  <td>{visibleText(nameOf(rule.project_id))}</td>
                  <td>{visibleText(rule.created_by)}</td>
                  <td className="whitespace-nowrap">
                    <Time at={rule.created_at} />
                  </td>
                  <td>{rule.hits} times</td>
                  <td>
                    <Button
                      look="danger"
                      aria-label={`Take back: ${visibleText(rule.command ?? rule.tool)}`}
                      busy={forget.isPending && forget.variables.rule_id === rule.id}
                      onClick={() => forget.mutate({ rule_id: rule.id })}
                    >
                      Take back
                    </Button>
                  </td>
                </tr>
              ))}
            </Table>
          </>
        )
      }
    </Loaded>
  );
}
