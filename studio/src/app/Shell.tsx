/** What stands around every page: the way to the others, and the theme. */
import { type ReactNode, useSyncExternalStore } from "react";
import { Link, useLocation } from "wouter";
import { away } from "../api/stream";
import { askFor } from "../commands/registry";
import { Icon } from "../ui/Icon";
import mark from "../ui/icon.svg";
import { useTheme } from "../ui/theme";
import { PAGES } from "./pages";
import "./shell.css";

export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const [theme, toggle] = useTheme();
  const lost = useSyncExternalStore(away.subscribe, away.get);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to content
      </a>
      <nav className="rail" aria-label="Main">
        <img className="mark" src={mark} alt="" />
        {PAGES.map(([path, label, icon]) => (
          <Link key={path} href={path} aria-current={location.startsWith(path) ? "page" : undefined}>
            <Icon name={icon} size={20} />
            <span>{label}</span>
          </Link>
        ))}
        <button
          type="button"
          className="rail-end"
          title="All that can be done here (Ctrl+K)"
          onClick={() => askFor("commands")}
        >
          <Icon name="search" size={18} />
          <span>Find</span>
        </button>
        <button type="button" title="All keys (?)" onClick={() => askFor("keys")}>
          <Icon name="keys" size={18} />
          <span>Keys</span>
        </button>
        <button type="button" onClick={toggle}>
          <Icon name={theme === "dark" ? "sun" : "moon"} size={18} />
          <span>{theme === "dark" ? "Light" : "Dark"}</span>
        </button>
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard too */}
      <main id="content" tabIndex={0}>
        {children}
      </main>
      <p className={lost ? "away" : "visually-hidden"} role="status">
        {lost ? "The server cannot be reached. What is shown is as it was; it goes on by itself." : ""}
      </p>
    </div>
  );
}
