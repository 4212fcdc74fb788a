/** Numbers of versions (Semantic Versioning 2.0.0), as the server orders them. */
import type { Bump } from "../api/compatibility";

const RELEASE = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

export const isVersion = (text: string): boolean => RELEASE.test(text);

export const isPrerelease = (version: string): boolean => RELEASE.exec(version)?.[4] !== undefined;

type Core = readonly [major: number, minor: number, patch: number];

function core(version: string): Core {
  const found = RELEASE.exec(version);
  return [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0), Number(found?.[3] ?? 0)];
}

/** Below, at or above 0, as the one comes before, with or after the other (section 11). */
export function compare(one: string, other: string): number {
  const [a, b] = [core(one), core(other)];
  for (const place of [0, 1, 2] as const) if (a[place] !== b[place]) return a[place] - b[place];
  const [labels, others] = [labelsOf(one), labelsOf(other)];
  if (labels.length === 0 || others.length === 0) return others.length - labels.length;
  for (let at = 0; at < Math.min(labels.length, others.length); at += 1) {
    const order = compareLabels(labels[at] as string, others[at] as string);
    if (order !== 0) return order;
  }
  return labels.length - others.length;
}

const labelsOf = (version: string): string[] => RELEASE.exec(version)?.[4]?.split(".") ?? [];

function compareLabels(one: string, other: string): number {
  const [a, b] = [one, other].map((each) => (/^\d+$/.test(each) ? Number(each) : undefined));
  if (a !== undefined && b !== undefined) return a - b;
  if (a !== undefined || b !== undefined) return a !== undefined ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The next version after one, by how far its number is to go up. After a prerelease comes its release. */
export function bumped(version: string, bump: Bump): string {
  const [major, minor, patch] = core(version);
  if (isPrerelease(version)) return [major, minor, patch].join(".");
  if (bump === "major") return `${major + 1}.0.0`;
  if (bump === "minor") return `${major}.${minor + 1}.0`;
  return `${major}.${minor}.${patch + 1}`;
}

const RANK: Record<Bump, number> = { none: 0, patch: 1, minor: 2, major: 3 };

/** Whether the number goes up as far as the changes ask for. A prerelease has promised nothing. */
export function isEnough(from: string, to: string, needed: Bump): boolean {
  if (isPrerelease(from)) return true;
  const [a, b] = [core(from), core(to)];
  const place = ([0, 1, 2] as const).find((each) => a[each] !== b[each]);
  const made = place === undefined || compare(from, to) > 0 ? 0 : 3 - place;
  return made >= RANK[needed];
}
