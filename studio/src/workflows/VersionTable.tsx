/** The versions of a workflow, the highest first, with what may be done with each. */
import { DropdownMenu } from "radix-ui";
import { Suspense, useState } from "react";
import { Link, useLocation } from "wouter";
import type { StateChange } from "../api/definitions";
import type { Workflow, WorkflowVersion } from "../api/workflows";
import { Icon } from "../ui/Icon";
import { later } from "../ui/later";
import { stateOf } from "../ui/states";
import { ago } from "../ui/time";
import { compareAddress, designerAddress, instancesAddress } from "./addresses";
import { Now, Undoable } from "./Health";
import { StateDialog } from "./StateDialog";
import { VersionState } from "./VersionState";

const StartDialog = later(() => import("../start/StartDialog"));

interface Asked {
  readonly version: WorkflowVersion;
  readonly change: StateChange;
}

export function VersionTable({ workflow }: { workflow: Workflow }) {
  const [asked, setAsked] = useState<Asked>();
  const [started, setStarted] = useState<WorkflowVersion>();
  return (
    <>
      <div className="scrolled">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">Undo</th>
              <th scope="col">Instances</th>
              <th scope="col">Published</th>
              <th scope="col">
                <span className="visually-hidden">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {workflow.items.map((each) => (
              <Row
                key={each.version}
                workflow={workflow}
                version={each}
                onAsk={(change) => setAsked({ version: each, change })}
                onStart={() => setStarted(each)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {started ? (
        <Suspense>
          <StartDialog startable={started} onClose={() => setStarted(undefined)} />
        </Suspense>
      ) : null}
      {asked ? <StateDialog key={asked.version.tag} {...asked} onClose={() => setAsked(undefined)} /> : null}
    </>
  );
}

interface RowProps {
  readonly workflow: Workflow;
  readonly version: WorkflowVersion;
  readonly onAsk: (change: StateChange) => void;
  readonly onStart: () => void;
}

function Row({ workflow, version, onAsk, onStart }: RowProps) {
  const { byStatus } = version.health;
  const ended = ENDED.filter((status) => byStatus[status]).map(
    (status) => `${byStatus[status]?.toLocaleString("en")} ${stateOf(status).word}`,
  );
  const none = Object.keys(byStatus).length === 0;
  const going = Object.keys(byStatus).length > ended.length;
  return (
    <tr>
      <td>
        <Link className="row-link" href={designerAddress(workflow, version.version)}>
          {version.version}
        </Link>{" "}
        {version.version === workflow.newest.version && version.state === "active" ? (
          <span className="tag done">newest</span>
        ) : null}
        <VersionState version={version} />
        <Withdrawal version={version} />
      </td>
      <td>
        <Undoable undo={version.undo} />
      </td>
      <td>
        {none ? (
          <span className="muted">none</span>
        ) : (
          <>
            {going ? <Now health={version.health} workflow={version.reference} /> : null}
            <p className="small">
              <Link href={instancesAddress(version.reference)}>{ended.join(" · ") || "see them"}</Link>
            </p>
          </>
        )}
      </td>
      <td title={version.publishedAt}>
        {ago(version.publishedAt)}
        <p className="muted small">
          <code title={`Digest of its content: ${version.digest}`}>{version.digest.slice(0, 12)}</code>
        </p>
      </td>
      <td className="row-end">
        <Menu workflow={workflow} version={version} onAsk={onAsk} onStart={onStart} />
      </td>
    </tr>
  );
}

const ENDED = ["completed", "faulted", "cancelled"];

/** Until when a version can be started, what to start instead, and why. */
function Withdrawal({ version }: { version: WorkflowVersion }) {
  if (version.state === "active") return null;
  const told = [
    version.sunset ? `cannot be started from ${new Date(version.sunset).toLocaleDateString("en-GB", DATE)} on` : "",
    version.replacement ? `instead: ${version.replacement}` : "",
    version.reason ?? "",
  ].filter(Boolean);
  return told.length ? <p className="muted small">{told.join(" · ")}</p> : null;
}

const DATE: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };

function Menu({ workflow, version, onAsk, onStart }: RowProps) {
  const [, navigate] = useLocation();
  const { newest } = workflow;
  const compared = version.version === newest.version ? workflow.items.find((each) => each !== version) : newest;
  const [before, after] = isBefore(workflow, version, compared) ? [version, compared] : [compared, version];
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button" aria-label={`What to do with ${version.version}`}>
        <Icon name="more" size={16} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
          {version.state === "retired" ? null : (
            <DropdownMenu.Item onSelect={onStart}>Start this version …</DropdownMenu.Item>
          )}
          <DropdownMenu.Item onSelect={() => navigate(designerAddress(workflow, version.version))}>
            Open in the designer
          </DropdownMenu.Item>
          {before && after ? (
            <DropdownMenu.Item onSelect={() => navigate(compareAddress(workflow, before.version, after.version))}>
              Compare {before.version} with {after.version}
            </DropdownMenu.Item>
          ) : null}
          {version.state === "retired" ? null : (
            <>
              <DropdownMenu.Separator className="menu-line" />
              <DropdownMenu.Item onSelect={() => onAsk("deprecate")}>
                {version.state === "deprecated" ? "Change the deprecation …" : "Deprecate …"}
              </DropdownMenu.Item>
              {version.state === "deprecated" ? (
                <DropdownMenu.Item onSelect={() => onAsk("undeprecate")}>Take the deprecation back …</DropdownMenu.Item>
              ) : null}
              <DropdownMenu.Item onSelect={() => onAsk("retire")}>Retire …</DropdownMenu.Item>
            </>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** The versions stand highest first. */
const isBefore = (workflow: Workflow, one: WorkflowVersion, other: { readonly version: string } | undefined): boolean =>
  workflow.items.indexOf(one) > workflow.items.findIndex((each) => each.version === other?.version);
