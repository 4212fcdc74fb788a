/** The drawing of a version, small; with the way to the designer. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { type DefinitionEntry, getDefinition } from "../api/definitions";
import { parse } from "../document/parse";
import { forwardTasks } from "../document/task";
import { layout } from "../layout/layout";
import { Sketch } from "../sketch/Sketch";
import { Notice } from "../ui/Notice";
import { designerAddress } from "./addresses";

const WIDTH = 330;
const SCALE_MAX = 0.8;

export function Preview({ version }: { version: DefinitionEntry }) {
  const { data, error } = useQuery({
    queryKey: ["definition", version.namespace, version.name, version.version],
    queryFn: () => getDefinition(version.namespace, version.name, version.version),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const model = useMemo(() => (data ? parse(data.text) : undefined), [data]);
  const block = useMemo(() => (model ? layout(model.tasks, { docked: true }) : undefined), [model]);
  if (error) return <Notice error={error} />;
  if (!model || !block) return <p className="muted">Loading …</p>;
  const steps = [...forwardTasks(model.tasks)].length;
  return (
    <>
      <div className="preview">
        <Sketch block={block} scale={Math.min(SCALE_MAX, WIDTH / block.width)} />
      </div>
      <p className="preview-foot">
        <span className="muted">
          {steps} step{steps === 1 ? "" : "s"}
        </span>
        <Link href={designerAddress(version, version.version)}>Open in the designer</Link>
      </p>
    </>
  );
}
