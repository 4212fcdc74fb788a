/** Icons as strokes on a grid of 24. They decorate: words beside them say the same. */
import { memo } from "react";

const PATHS = {
  call: "M4 12h12m-5-5 5 5-5 5M20 5v14",
  do: "M5 6h14M5 12h14M5 18h14",
  emit: "M5 19 19 5m-9 0h9v9",
  for: "M17 3l4 4-4 4M21 7H8a5 5 0 0 0-5 5m4 9-4-4 4-4M3 17h13a5 5 0 0 0 5-5",
  fork: "M12 3v6M12 9c0 4-6 3-6 9m6-9c0 4 6 3 6 9M6 21v-3m12 3v-3",
  listen: "M19 5 5 19m9 0H5v-9",
  raise: "M12 4v10m0 5v.5",
  run: "M7 5l11 7-11 7z",
  set: "M5 19h4L19 9l-4-4L5 15z",
  switch: "M12 3l9 9-9 9-9-9z",
  try: "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z",
  wait: "M12 7v5l3 2M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18",
  unknown: "M12 5v8m0 5v1",
  undo: "M11 6l-7 6 7 6zM20 6l-7 6 7 6z",
  check: "M5 12l5 5 9-10",
  cross: "M6 6l12 12M18 6 6 18",
  skip: "M5 6l7 6-7 6m8-12v12",
  stop: "M7 7h10v10H7z",
  pause: "M8 5v14M16 5v14",
  play: "M7 5l11 7-11 7z",
  bug: "M8 8a4 4 0 0 1 8 0v7a4 4 0 0 1-8 0zM12 11v8M3 13h5m8 0h5M5 6l3 3m11-3-3 3M5 20l3-3m11 3-3-3",
  retry: "M20 6v5h-5M4 18v-5h5M5.500 9a7 7 0 0 1 12-2l2.500 4M18.500 15a7 7 0 0 1-12 2L4 13",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  back: "M9 14 4 9l5-5M4 9h9a6 6 0 0 1 0 12h-3",
  forth: "M15 14l5-5-5-5M20 9h-9a6 6 0 0 0 0 12h3",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  plus: "M12 5v14M5 12h14",
  trash: "M5 7h14M9 7V4h6v3m-8 0 1 13h8l1-13",
  copy: "M8 8h11v11H8zM5 15V5h10",
  flow: "M6 4v6m0 0a3 3 0 1 0 0 .1M6 13v7M9 8h6a3 3 0 0 1 3 3v9",
  runs: "M4 7h10M8 12h10M6 17h12",
  inbox: "M4 13l3-8h10l3 8v6H4zM4 13h5l1 3h4l1-3h5",
  chart: "M4 20V10m6 10V4m6 16v-7m4 7H3",
  compare: "M7 4v13m-4-4 4 4 4-4M17 20V7m4 4-4-4-4 4",
  alert: "M12 3 2 20h20zM12 10v5m0 2.500v.5",
  stuck: "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 8v5m0 3v.5",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14m5 12 5 5",
  keys: "M3 7h18v10H3zM7 10.500v.1m3.500-.1v.1m3.500-.1v.1m3 -.1v.1M8 14h8",
  more: "M5 11.500a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1m7 0a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1m7 0a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1",
  swap: "M4 8h15m-4-4 4 4-4 4M20 16H5m4-4-4 4 4 4",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8M12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.500 1.500m11 11L19 19M19 5l-1.500 1.500m-11 11L5 19",
  moon: "M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10z",
} as const;

export type IconName = keyof typeof PATHS;

const SOLID: ReadonlySet<IconName> = new Set(["undo", "play"]);

export const Icon = memo(({ name, size = 16 }: { name: IconName; size?: number }) => {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={SOLID.has(name) ? "currentColor" : "none"}
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
});
