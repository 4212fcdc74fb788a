/** The pages and their addresses. Each page is loaded when it is first opened. */
import { Suspense } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { CommandCenter } from "../commands/CommandCenter";
import { later } from "../ui/later";
import { Boundary } from "./Boundary";
import { Shell } from "./Shell";
import { TokenDialog } from "./TokenDialog";

const WorkflowsPage = later(() => import("../workflows/WorkflowsPage"));
const WorkflowPage = later(() => import("../workflows/WorkflowPage"));
const ComparePage = later(() => import("../compare/ComparePage"));
const DesignerPage = later(() => import("../designer/DesignerPage"));
const AttentionPage = later(() => import("../attention/AttentionPage"));
const InsightsPage = later(() => import("../insights/InsightsPage"));
const InstancesPage = later(() => import("../instances/InstancesPage"));
const InstancePage = later(() => import("../instances/InstancePage"));

/** From the address itself: what the routes are given has been decoded by half, which an id with a `%` does not survive. */
function idOf(path: string): string {
  const [, , id = ""] = path.split("/");
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

export function App() {
  const [location] = useLocation();
  return (
    <Shell>
      <TokenDialog />
      <CommandCenter />
      <Boundary place={location}>
        <Suspense fallback={<p className="loading">Loading …</p>}>
          <Switch>
            <Route path="/">
              <Redirect to="/workflows" replace />
            </Route>
            <Route path="/workflows" component={WorkflowsPage} />
            <Route path="/workflows/new">{() => <DesignerPage namespace="" name="" />}</Route>
            <Route path="/workflows/:namespace/:name">
              {({ namespace, name }) => <WorkflowPage namespace={namespace} name={name} />}
            </Route>
            <Route path="/workflows/:namespace/:name/compare/:sides">
              {({ namespace, name, sides }) => <ComparePage namespace={namespace} name={name} sides={sides} />}
            </Route>
            <Route path="/workflows/:namespace/:name/edit">
              {({ namespace, name }) => <DesignerPage namespace={namespace} name={name} />}
            </Route>
            <Route path="/attention" component={AttentionPage} />
            <Route path="/insights" component={InsightsPage} />
            <Route path="/instances" component={InstancesPage} />
            <Route path="/instances/:id">{() => <InstancePage id={idOf(window.location.pathname)} />}</Route>
            <Route>
              <section className="page">
                <h1>There is no such page</h1>
                <p className="muted told">
                  The address may be from an older version. Everything is reached from the list of pages.
                </p>
                <Link className="button" href="/workflows">
                  All workflows
                </Link>
              </section>
            </Route>
          </Switch>
        </Suspense>
      </Boundary>
    </Shell>
  );
}
