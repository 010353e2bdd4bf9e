import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

const KEPT_AS = "caio-theme";
const THEMES = [["auto", "As the system"], ["light", "Light"], ["dark", "Dark"]] as const;

/** Light, dark, or as the system has it; kept in this browser. */
export function ThemeChoice(): VNode {
  const [theme, setTheme] = useState(() => localStorage.getItem(KEPT_AS) ?? "auto");
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    localStorage.setItem(KEPT_AS, theme);
    // Canvases do not follow a style sheet by themselves.
    dispatchEvent(new Event("themechange"));
  }, [theme]);
  return (
    <label>
      <span class="unseen">Colours</span>
      <select value={theme} onChange={({ currentTarget }) => { setTheme(currentTarget.value); }}>
        {THEMES.map(([value, title]) => <option key={value} value={value}>{title}</option>)}
      </select>
    </label>
  );
}
