/** Whether undos have no room beside their tasks. */
import { useEffect, useState } from "react";

const ROOM = 820;
const SIDES = 76 + 320;

export function useNarrow(yaml: boolean): boolean {
  const [width, setWidth] = useState(innerWidth);
  useEffect(() => {
    const resized = (): void => setWidth(innerWidth);
    addEventListener("resize", resized);
    return () => removeEventListener("resize", resized);
  }, []);
  return width - SIDES - (yaml ? Math.max(340, width * 0.34) : 0) < ROOM;
}
