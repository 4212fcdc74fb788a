/** The drawing of a whole document: lists from top to bottom, cases and branches side by side, jumps at the left. */
import type { Path, Task } from "../document/task";
import { type Options, taskBlock } from "./blocks";
import { across, type Block, down, EMPTY, type Line, type Point, Sheet, SIZE } from "./geometry";
import { type Jump, jumpsOf, leavesAlways, type Region, regionOf } from "./regions";

export const START = "#start";
export const END = "#end";

/** Linear in the number of tasks: a document of a thousand steps is laid out in a millisecond or two. */
export function layout(tasks: readonly Task[], options: Options): Block {
  // With no step the line from start to end has one place for the first.
  const body = tasks.length ? new Lists(options).block(tasks, ["do"]) : EMPTY;
  const { width, height } = SIZE.cap;
  const gap = SIZE.belowGap;
  const top = height + gap;
  const sheet = new Sheet();
  const axis = Math.max(body.axis, width / 2);
  sheet.boxes.push({ id: START, kind: "cap", x: axis - width / 2, y: 0, width, height, label: "Start" });
  sheet.add(body, axis - body.axis, top);
  const bottom = top + body.height + (tasks.length ? gap : 0);
  sheet.boxes.push({ id: END, kind: "cap", x: axis - width / 2, y: bottom, width, height, label: "End" });
  const first = tasks[0]?.id ?? END;
  sheet.lines.push({ id: "#start>", kind: "flow", points: down(axis, height, top), from: START, to: first });
  sheet.slots.push({ list: ["do"], index: 0, x: axis, y: height + gap / 2 });
  const last = tasks.at(-1);
  if (last) {
    const from = last.id;
    sheet.lines.push({ id: ">#end", kind: "flow", points: down(axis, top + body.height, bottom), from, to: END });
    sheet.slots.push({ list: ["do"], index: tasks.length, x: axis, y: bottom - gap / 2 });
  }
  return sheet.block(Math.max(axis + width / 2, body.width + axis - body.axis), bottom + height, axis);
}

interface Item {
  readonly block: Block;
  readonly position: number;
  /** The columns of a switch: its lines already lead to and from it. */
  readonly columns: boolean;
}

class Lists {
  constructor(private readonly options: Options) {}

  readonly block = (tasks: readonly Task[], path: Path): Block => {
    if (tasks.length === 0) return emptyList(path);
    return this.stacked(
      tasks,
      path,
      tasks.map((_, index) => index),
    );
  };

  /** Some tasks of a list, one below the other; `positions` are theirs in the list. */
  private stacked(list: readonly Task[], path: Path, positions: readonly number[]): Block {
    const tasks = positions.map((each) => list[each]).filter((each) => each !== undefined);
    const items: Item[] = [];
    const jumps: Jump[] = [];
    for (let at = 0; at < tasks.length; ) {
      const task = tasks[at];
      if (!task) break;
      items.push({ block: taskBlock(task, this.block, this.options), position: at, columns: false });
      const region = regionOf(tasks, at);
      if (region) {
        items.push({ block: this.columns(list, path, positions, task, region), position: at, columns: true });
        at = region.join;
      } else {
        jumps.push(...jumpsOf(tasks, at));
        at += 1;
      }
    }
    return this.place(tasks, items, jumps, path, positions);
  }

  private place(
    tasks: readonly Task[],
    items: readonly Item[],
    jumps: readonly Jump[],
    path: Path,
    positions: readonly number[],
  ): Block {
    const sheet = new Sheet();
    const gutter = jumps.length ? jumps.length * SIZE.gutter + 14 + longestLabel(jumps) : 0;
    const axis = gutter + Math.max(...items.map((each) => each.block.axis));
    const tops = new Map<number, { box: Point; height: number }>();
    let y = 0;
    let width = 0;
    items.forEach((item, index) => {
      sheet.add(item.block, axis - item.block.axis, y);
      width = Math.max(width, axis - item.block.axis + item.block.width);
      const card = item.block.boxes[0];
      if (!item.columns && card)
        tops.set(item.position, { box: { x: axis - item.block.axis, y }, height: card.height });
      y += item.block.height;
      const next = items[index + 1];
      if (!next || item.columns || next.columns) return;
      const below = y + SIZE.belowGap;
      if (!leavesAlways(tasks, item.position)) sheet.lines.push(stepLine(tasks, item, next, axis, y, below));
      sheet.slots.push({
        list: path,
        index: positions[next.position] ?? next.position,
        x: axis,
        y: y + SIZE.belowGap / 2,
      });
      y = below;
    });
    for (const line of jumpLines(tasks, jumps, tops, gutter)) sheet.lines.push(line);
    return sheet.block(width, y, axis);
  }

  private columns(list: readonly Task[], path: Path, positions: readonly number[], task: Task, region: Region): Block {
    // The straight way, where there is one, stays on the axis.
    const straight = region.columns.filter((each) => each.own.length === 0);
    const ordered = [...straight, ...region.columns.filter((each) => each.own.length > 0)];
    const blocks = ordered.map((column) =>
      column.own.length
        ? this.stacked(
            list,
            path,
            column.own.map((each) => positions[each] ?? each),
          )
        : EMPTY_COLUMN,
    );
    const height = Math.max(0, ...blocks.map((each) => each.height)) + 96;
    const sheet = new Sheet();
    const axes: number[] = [];
    let x = 0;
    for (const block of blocks) {
      axes.push(x + block.axis);
      sheet.add(block, x, 52);
      x += block.width + SIZE.branchGap;
    }
    const axis = straight.length ? (axes[0] ?? 0) : ((axes[0] ?? 0) + (axes.at(-1) ?? 0)) / 2;
    ordered.forEach((column, index) => {
      const own = axes[index] ?? axis;
      const block = blocks[index] ?? EMPTY_COLUMN;
      const id = `${task.id}>case${index}`;
      const about = {
        label: column.label,
        labelAt: { x: own, y: 30 },
        ...(column.hint === undefined ? {} : { hint: column.hint }),
      };
      const enter = across({ x: axis, y: 0 }, { x: own, y: 52 }, 14);
      const leave = across({ x: own, y: 52 + block.height }, { x: axis, y: height }, height - 14);
      const to = list[positions[column.own[0] ?? -1] ?? -1]?.id;
      const last = list[positions[column.own.at(-1) ?? -1] ?? -1]?.id;
      if (column.own.length === 0) {
        sheet.lines.push({ id, kind: "case", points: [...enter, ...leave.slice(1)], from: task.id, ...about });
        return;
      }
      sheet.lines.push({ id, kind: "case", points: enter, from: task.id, ...(to ? { to } : {}), ...about });
      if (!column.leads) return;
      sheet.lines.push({ id: `${id}<`, kind: "flow", points: leave, ...(last ? { from: last } : {}) });
    });
    return sheet.block(x - SIZE.branchGap, height, axis);
  }
}

const EMPTY_COLUMN: Block = { ...EMPTY, width: 120, axis: 60 };

function emptyList(path: Path): Block {
  const { width } = SIZE.task;
  return { ...EMPTY, width, height: 48, axis: width / 2, slots: [{ list: path, index: 0, x: width / 2, y: 24 }] };
}

function stepLine(tasks: readonly Task[], item: Item, next: Item, axis: number, from: number, to: number): Line {
  const task = tasks[item.position];
  const target = tasks[next.position];
  const through = task?.cases.find((each) => each.then === target?.name);
  return {
    id: `${task?.id}>next`,
    kind: "flow",
    points: down(axis, from, to),
    ...(task ? { from: task.id } : {}),
    ...(target ? { to: target.id } : {}),
    ...(through ? { label: through.name, labelAt: { x: axis, y: (from + to) / 2 } } : {}),
    ...(through?.when === undefined ? {} : { hint: through.when }),
  };
}

/** Jumps run in channels at the left, the shortest innermost. */
function jumpLines(
  tasks: readonly Task[],
  jumps: readonly Jump[],
  tops: ReadonlyMap<number, { box: Point; height: number }>,
  gutter: number,
): Line[] {
  const ordered = [...jumps].sort((a, b) => Math.abs(a.to - a.from) - Math.abs(b.to - b.from));
  return ordered.flatMap((jump, channel): Line[] => {
    const from = tops.get(jump.from);
    const to = tops.get(jump.to);
    if (!from || !to) return [];
    const x = gutter - 14 - channel * SIZE.gutter;
    const out = from.box.y + Math.min(from.height * 0.6 + channel * 6, from.height - 6);
    const back = to.box.y + Math.min(24 + channel * 6, to.height - 6);
    return [
      {
        id: `${tasks[jump.from]?.id}>jump${channel}`,
        kind: "jump",
        points: [
          { x: from.box.x, y: out },
          { x, y: out },
          { x, y: back },
          { x: to.box.x, y: back },
        ],
        labelAt: { x, y: (out + back) / 2 },
        ...(tasks[jump.from] ? { from: tasks[jump.from]?.id as string } : {}),
        ...(tasks[jump.to] ? { to: tasks[jump.to]?.id as string } : {}),
        ...(jump.label === undefined ? {} : { label: jump.label }),
        ...(jump.hint === undefined ? {} : { hint: jump.hint }),
      },
    ];
  });
}

const longestLabel = (jumps: readonly Jump[]): number =>
  Math.max(...jumps.map((each) => ((each.label?.length ?? 0) + (each.hint?.length ?? 0)) * 3.4));
