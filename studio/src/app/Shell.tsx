/** What stands around every page: the way to the others, and the theme. */
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { Icon, type IconName } from "../ui/Icon";
import { useTheme } from "../ui/theme";
import "./shell.css";

const PAGES: readonly (readonly [path: string, label: string, icon: IconName])[] = [
  ["/workflows", "Workflows", "flow"],
  ["/instances", "Instances", "runs"],
  ["/attention", "Attention", "inbox"],
  ["/insights", "Insights", "chart"],
];

export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const [theme, toggle] = useTheme();
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to content
      </a>
      <nav className="rail" aria-label="Main">
        {PAGES.map(([path, label, icon]) => (
          <Link key={path} href={path} aria-current={location.startsWith(path) ? "page" : undefined}>
            <Icon name={icon} size={20} />
            <span>{label}</span>
          </Link>
        ))}
        <button type="button" className="rail-end" onClick={toggle}>
          <Icon name={theme === "dark" ? "sun" : "moon"} size={18} />
          <span>{theme === "dark" ? "Light" : "Dark"}</span>
        </button>
      </nav>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
