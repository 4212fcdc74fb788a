/** One workflow: its versions and what may be done with each, its newest drawing, its instances. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { Refused } from "../api/http";
import { getWorkflow, type Workflow } from "../api/workflows";
import { useSearchState } from "../app/search";
import { StartButton } from "../start/StartButton";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { compareAddress, designerAddress, instancesAddress } from "./addresses";
import { Day, Now, Undoable } from "./Health";
import { Latest } from "./Latest";
import { Preview } from "./Preview";
import { VersionTable } from "./VersionTable";
import "./workflow.css";

const AGAIN_MS = 5_000;
const NOT_FOUND = 404;

interface Props {
  readonly namespace: string;
  readonly name: string;
}

export default function WorkflowPage({ namespace, name }: Props) {
  const { data, error } = useQuery({
    queryKey: ["workflow", namespace, name],
    queryFn: () => getWorkflow(namespace, name),
    refetchInterval: AGAIN_MS,
  });
  if (error instanceof Refused && error.problem.status === NOT_FOUND)
    return <Unknown namespace={namespace} name={name} />;
  return (
    <section className="page">
      {data ? <Head workflow={data} /> : <h1>{name}</h1>}
      {error ? <Notice error={error} /> : null}
      {data ? <Shown workflow={data} /> : error ? null : <p className="muted">Loading …</p>}
    </section>
  );
}

function Unknown({ namespace, name }: Props) {
  return (
    <section className="page">
      <h1>There is no such workflow</h1>
      <p className="muted told">
        Nothing is published under {namespace}/{name}. It may be called otherwise, or be on another server.
      </p>
      <Link className="button" href="/workflows">
        All workflows
      </Link>
    </section>
  );
}

function Head({ workflow }: { workflow: Workflow }) {
  const { namespace, name, title, summary, newest, items } = workflow;
  const before = items.find((each) => each.version !== newest.version);
  const [search, setSearch] = useSearchState();
  return (
    <>
      <nav aria-label="Where you are" className="muted">
        <Link href="/workflows">Workflows</Link> / {namespace}
      </nav>
      <header className="page-head">
        <h1>{name}</h1>
        {before ? (
          <Link className="button" href={compareAddress(workflow, before.version, newest.version)}>
            <Icon name="compare" size={14} /> Compare
          </Link>
        ) : null}
        <Link className="button" href={designerAddress(workflow)}>
          <Icon name="set" size={14} /> {newest.state === "retired" ? "Open" : "Edit"}
        </Link>
        {newest.state === "retired" ? null : (
          <StartButton
            startable={{ namespace, name, version: newest.version }}
            primary
            open={search.get("start") === "1"}
            onOpen={(open) => setSearch({ start: open ? "1" : undefined })}
          />
        )}
      </header>
      {title || summary ? (
        <p className="told">
          {title && title.toLowerCase() !== name ? <b>{title}. </b> : null}
          <span className="muted">{summary}</span>
        </p>
      ) : null}
    </>
  );
}

function Shown({ workflow }: { workflow: Workflow }) {
  const { namespace, name, newest, undo, health } = workflow;
  const total = Object.values(health.byStatus).reduce((sum, each) => sum + each, 0);
  return (
    <div className="workflow-body">
      <div className="workflow-main">
        <section aria-labelledby="versions">
          <h2 id="versions">Versions</h2>
          <VersionTable workflow={workflow} />
        </section>
        <section aria-labelledby="instances" className="workflow-instances">
          <h2 id="instances">Instances</h2>
          {total === 0 ? <p className="muted">Nothing was started yet.</p> : null}
          {total > 0 ? (
            <>
              <div className="workflow-health">
                <div>
                  <h3>Now</h3>
                  <Now health={health} workflow={`${namespace}/${name}`} />
                </div>
                <div>
                  <h3>Ended in 24 hours</h3>
                  <Day day={health.day} />
                </div>
              </div>
              <Latest workflow={`${namespace}/${name}`} />
              <Link href={instancesAddress(`${namespace}/${name}`)}>
                {total === 1 ? "Its one instance" : `All ${total.toLocaleString("en")} instances`}
              </Link>
            </>
          ) : null}
        </section>
      </div>
      <section aria-labelledby="newest" className="workflow-newest">
        <header>
          <h2 id="newest">
            {newest.version} <small className="muted">as it is drawn</small>
          </h2>
          <Undoable undo={undo} />
        </header>
        <Preview version={newest} />
      </section>
    </div>
  );
}
