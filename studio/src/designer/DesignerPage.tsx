/** The designer: canvas, text and inspector of one draft. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { getDefinition } from "../api/definitions";
import { useSearchState } from "../app/search";
import { Notice } from "../ui/Notice";
import { Designer } from "./Designer";
import { Draft } from "./draft";
import { Templates } from "./TemplatesPage";
import { templateOf } from "./templates";

const LATEST = "latest";

interface Props {
  readonly namespace: string;
  readonly name: string;
}

export default function DesignerPage({ namespace, name }: Props) {
  return name ? <Published namespace={namespace} name={name} /> : <Fresh />;
}

function Fresh() {
  const [search] = useSearchState();
  const id = search.get("template");
  return id === null ? <Templates /> : <FromTemplate id={id} />;
}

function FromTemplate({ id }: { id: string }) {
  const template = useMemo(() => templateOf(id), [id]);
  const draft = useMemo(() => new Draft(`new:${template.id}`, template.text), [template]);
  return <Designer draft={draft} />;
}

function Published({ namespace, name }: Props) {
  const [search] = useSearchState();
  const version = search.get("version") ?? LATEST;
  const { data, error } = useQuery({
    queryKey: version === LATEST ? ["opened", namespace, name] : ["definition", namespace, name, version],
    queryFn: () => getDefinition(namespace, name, version),
    staleTime: Number.POSITIVE_INFINITY,
    // A version never changes, but which one is the latest does: that is asked at each opening, and not while it is open.
    ...(version === LATEST ? { gcTime: 0 } : {}),
  });
  const draft = useMemo(() => (data ? new Draft(data.reference, data.text) : undefined), [data]);
  if (error) return <section className="page">{<Notice error={error} />}</section>;
  return draft ? <Designer draft={draft} /> : <p className="loading">Loading …</p>;
}
