/** The blocks of single tasks: a card, or a frame around what a composite holds. */
import type { Group, Path, Task } from "../document/task";
import { across, type Block, type Box, Sheet, SIZE, type Slot } from "./geometry";

export type ListBlock = (tasks: readonly Task[], path: Path) => Block;

export interface Options {
  /** Undos stand below their tasks instead of beside them. */
  readonly docked: boolean;
}

export function taskBlock(task: Task, list: ListBlock, options: Options): Block {
  const block = task.groups.length > 0 ? frameBlock(task, list) : cardBlock(task);
  return withUndo(block, task, options);
}

function cardBlock(task: Task): Block {
  const { width, height } = SIZE.task;
  const sheet = new Sheet();
  sheet.boxes.push({ id: task.id, kind: "task", x: 0, y: 0, width, height, label: task.name, task });
  return sheet.block(width, height, width / 2);
}

function frameBlock(task: Task, list: ListBlock): Block {
  const fork = task.kind === "fork";
  const top = SIZE.header + SIZE.inset;
  const bottom = SIZE.inset;
  const sheet = new Sheet();
  const columns: { group: Group; block: Block; x: number; y: number }[] = [];
  let x: number = SIZE.padding;
  let height = 0;
  for (const group of task.groups) {
    const block = list(group.tasks, group.path);
    const y = top + (group.role === "catch" ? SIZE.caught : 0);
    columns.push({ group, block, x, y });
    x += block.width + SIZE.branchGap;
    height = Math.max(height, y - top + block.height);
  }
  const width = x - SIZE.branchGap + SIZE.padding;
  const whole = top + height + bottom;
  sheet.boxes.push({ id: task.id, kind: "frame", x: 0, y: 0, width, height: whole, label: task.name, task });
  columns.forEach(({ group, block, x: left, y }, index) => {
    if (group.role === "catch") sheet.boxes.push(lane(task, group, block, left, y));
    sheet.add(block, left, y);
    if (fork)
      sheet.slots.push({ list: group.path, index, x: left - SIZE.branchGap / 2, y: top + SIZE.task.height / 2 });
    else if (group.tasks.length > 0) sheet.slots.push(...endsOf(group, block, left, y));
  });
  const last = columns.at(-1);
  if (fork && last) {
    const behind = last.x + last.block.width + SIZE.branchGap / 2;
    sheet.slots.push({ list: last.group.path, index: columns.length, x: behind, y: top + SIZE.task.height / 2 });
  }
  const axes = columns.map((each) => each.x + each.block.axis);
  const axis = fork ? ((axes[0] ?? 0) + (axes.at(-1) ?? 0)) / 2 : (axes[0] ?? width / 2);
  columns.forEach(({ group, block, y }, index) => {
    if (group.role === "catch") return;
    const own = axes[index] ?? axis;
    const enter = across({ x: axis, y: SIZE.header }, { x: own, y }, SIZE.header + 16);
    const leave = across({ x: own, y: y + block.height }, { x: axis, y: whole }, whole - 16);
    const from = group.tasks.at(-1)?.id;
    sheet.lines.push({ id: `${task.id}>in${index}`, kind: "flow", points: enter, from: task.id });
    sheet.lines.push({ id: `${task.id}>out${index}`, kind: "flow", points: leave, ...(from ? { from } : {}) });
  });
  return sheet.block(width, whole, axis);
}

/** The places before the first and behind the last task of a list inside a frame. */
function endsOf({ path, tasks }: Group, block: Block, left: number, y: number): Slot[] {
  const x = left + block.axis;
  return [
    { list: path, index: 0, x, y: y - SIZE.inset / 2 },
    { list: path, index: tasks.length, x, y: y + block.height + SIZE.inset / 2 },
  ];
}

function lane(task: Task, group: Group, block: Block, x: number, y: number): Box {
  return {
    id: `${task.id}#catch`,
    kind: "lane",
    x: x - 12,
    y: y - 56,
    width: block.width + 24,
    height: block.height + 90,
    label: group.label ?? "catch",
    task,
  };
}

function withUndo(block: Block, task: Task, options: Options): Block {
  const anchor = block.boxes[0];
  if (!anchor || !task.undo || task.undo.form === "none") return block;
  const id = `${task.id}#undo`;
  const shared = { id, kind: "undo" as const, label: task.undo.label, task: task.undo.tasks[0] ?? task, of: task.id };
  if (options.docked && anchor.kind === "task") {
    const { width, height, overlap, indent } = SIZE.docked;
    const box: Box = {
      ...shared,
      x: anchor.x + indent,
      y: anchor.y + anchor.height - overlap,
      width,
      height,
      docked: true,
    };
    return { ...block, height: block.height + height - overlap, boxes: [...block.boxes, box] };
  }
  const { width, height } = SIZE.undo;
  const x = anchor.x + anchor.width + SIZE.besideGap;
  const y = anchor.kind === "frame" ? anchor.y : anchor.y + (anchor.height - height) / 2;
  const points = [
    { x: anchor.x + anchor.width, y: y + height / 2 },
    { x, y: y + height / 2 },
  ];
  return {
    ...block,
    width: Math.max(block.width, x + width),
    boxes: [...block.boxes, { ...shared, x, y, width, height }],
    lines: [...block.lines, { id: `${id}>`, kind: "undo", points, from: task.id, to: id }],
  };
}
