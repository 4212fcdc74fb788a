/** The pages and their addresses. Each page is loaded when it is first opened. */
import { lazy, Suspense } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { CommandCenter } from "../commands/CommandCenter";
import { Boundary } from "./Boundary";
import { Shell } from "./Shell";
import { TokenDialog } from "./TokenDialog";

const WorkflowsPage = lazy(() => import("../workflows/WorkflowsPage"));
const WorkflowPage = lazy(() => import("../workflows/WorkflowPage"));
const ComparePage = lazy(() => import("../compare/ComparePage"));
const DesignerPage = lazy(() => import("../designer/DesignerPage"));
const AttentionPage = lazy(() => import("../attention/AttentionPage"));
const InsightsPage = lazy(() => import("../insights/InsightsPage"));
const InstancesPage = lazy(() => import("../instances/InstancesPage"));
const InstancePage = lazy(() => import("../instances/InstancePage"));

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
            <Route path="/instances/:id">{({ id }) => <InstancePage id={decodeURIComponent(id)} />}</Route>
            <Route>
              <section className="page">
                <h1>There is no such page</h1>
                <p className="muted">The address may be from an older version. Everything is reached from the left.</p>
              </section>
            </Route>
          </Switch>
        </Suspense>
      </Boundary>
    </Shell>
  );
}
