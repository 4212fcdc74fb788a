/** What a new workflow may begin with, each with a small drawing. */
import { Link } from "wouter";
import { draftKept } from "./draft";
import { Thumbnail } from "./Thumbnail";
import { TEMPLATES, type Template } from "./templates";
import "./templates.css";

export function Templates() {
  return (
    <section className="page">
      <h1>A new workflow</h1>
      <p className="muted">Choose what comes close to what you have in mind. Everything in it can be changed.</p>
      <ul className="templates">
        {TEMPLATES.map((each) => (
          <Card key={each.id} template={each} />
        ))}
      </ul>
    </section>
  );
}

function Card({ template }: { template: Template }) {
  const { id, title, told, text } = template;
  return (
    <li>
      <Link className="template" href={`/workflows/new?template=${id}`}>
        <Thumbnail text={text} />
        <b>{title}</b>
        <span className="muted">{told}</span>
        {draftKept(`new:${id}`) ? <span className="tag warning">goes on with your draft</span> : null}
      </Link>
    </li>
  );
}
