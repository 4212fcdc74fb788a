/** How long each step takes, how often it fails, is tried again and undone. */
import { useState } from "react";
import { Link } from "wouter";
import type { StepFigures } from "../api/insights";
import { histogramOf } from "./histogram";
import { latency, number } from "./words";

const SHOWN = 12;

export function Steps({ steps }: { steps: readonly StepFigures[] }) {
  const [all, setAll] = useState(false);
  if (steps.length === 0) return null;
  const most = Math.max(...steps.map((step) => step.p99 ?? 0), 1);
  return (
    <section className="steps" aria-labelledby="steps-title">
      <h2 id="steps-title">Steps</h2>
      <p className="muted">
        Half of the runs took no longer than the median; 5 % and 1 % took longer than the two times beside it. Within 9
        %.
      </p>
      <div className="steps-table">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col" className="count">
                Runs
              </th>
              <th scope="col" className="count">
                Failed
              </th>
              <th scope="col" className="count">
                Tried again
              </th>
              <th scope="col" className="count">
                Undone
              </th>
              <th scope="col" className="count">
                Median
              </th>
              <th scope="col" className="count">
                95 %
              </th>
              <th scope="col" className="count">
                99 %
              </th>
              <th scope="col">How long runs took</th>
            </tr>
          </thead>
          <tbody>
            {(all ? steps : steps.slice(0, SHOWN)).map((step) => (
              <Step key={`${step.workflow} ${step.reference}`} step={step} most={most} />
            ))}
          </tbody>
        </table>
      </div>
      {steps.length > SHOWN && !all ? (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show all {number(steps.length)} steps
        </button>
      ) : null}
    </section>
  );
}

function Step({ step, most }: { step: StepFigures; most: number }) {
  return (
    <tr>
      <th scope="row">
        <span title={step.reference}>{step.name}</span>{" "}
        <Link className="muted" href={`/instances?workflow=${encodeURIComponent(step.workflow)}`}>
          {step.workflow}
        </Link>
      </th>
      <td className="count">{number(step.completed + step.failed)}</td>
      <td className={`count${step.failed > 0 ? " bad" : ""}`}>{number(step.failed)}</td>
      <td className="count">{number(step.retried)}</td>
      <td className="count">
        {number(step.undone)}
        {step.undoFailed > 0 ? <span className="bad"> · {number(step.undoFailed)} failed</span> : null}
      </td>
      <td className="count">{latency(step.p50)}</td>
      <td className="count">{latency(step.p95)}</td>
      <td className="count">{latency(step.p99)}</td>
      <td>
        <Histogram step={step} most={most} />
      </td>
    </tr>
  );
}

const WIDTH = 120;
const HEIGHT = 26;

function Histogram({ step, most }: { step: StepFigures; most: number }) {
  const bars = histogramOf(step.histogram, most);
  const highest = Math.max(...bars.map(({ count }) => count), 1);
  const width = WIDTH / bars.length;
  return (
    <details className="histogram">
      <summary>
        <svg width={WIDTH} height={HEIGHT} aria-hidden="true" focusable="false">
          {bars.map(({ below, count }, index) => {
            const height = count === 0 ? 0 : Math.max(2, (count / highest) * HEIGHT);
            return <rect key={below} x={index * width} y={HEIGHT - height} width={width - 1} height={height} />;
          })}
        </svg>
        <span className="visually-hidden">How long runs of {step.name} took</span>
      </summary>
      <ul>
        {bars
          .filter(({ count }) => count > 0)
          .map(({ below, count }) => (
            <li key={below}>
              {number(count)} below {latency(below)}
            </li>
          ))}
      </ul>
    </details>
  );
}
