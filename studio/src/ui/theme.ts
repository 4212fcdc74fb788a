/** Light or dark: what the person chose, or what the system says. */
import { useEffect, useState } from "react";
import { browser } from "./storage";

export type Theme = "light" | "dark";
const KEY = "counterpoint.theme";

function preferred(): Theme {
  const chosen = browser.get(KEY);
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(preferred);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const toggle = (): void => {
    const next = theme === "dark" ? "light" : "dark";
    browser.set(KEY, next);
    setTheme(next);
  };
  return [theme, toggle];
}
