/** All that can be done here, found by a few letters of its name. */
import { useQuery } from "@tanstack/react-query";
import { Command as Commands, defaultFilter } from "cmdk";
import { Dialog } from "radix-ui";
import { useMemo } from "react";
import { useLocation } from "wouter";
import { listWorkflows } from "../api/workflows";
import { PAGES } from "../app/pages";
import { useTheme } from "../ui/theme";
import { useReturnFocus } from "../ui/useReturnFocus";
import { askFor, type Command, everyCommand } from "./registry";
import "./commands.css";

export default function CommandDialog({ onClose }: { onClose: () => void }) {
  const returning = useReturnFocus();
  const everywhere = useEverywhere();
  const here = useMemo(everyCommand, []);
  const groups = useMemo(() => Map.groupBy([...here, ...everywhere], (each) => each.group), [here, everywhere]);
  const run = (command: Command): void => {
    onClose();
    // The dialog gives the focus back first: what the command does with it comes after.
    setTimeout(command.run);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog command-dialog" aria-describedby={undefined} {...returning}>
          <Dialog.Title className="visually-hidden">Commands</Dialog.Title>
          <Commands label="Commands" loop filter={byName}>
            <Commands.Input placeholder="What do you want to do?" />
            <Commands.List label="Commands">
              <Commands.Empty>Nothing is called that.</Commands.Empty>
              {[...groups].map(([group, commands]) => (
                <Commands.Group key={group} heading={group}>
                  {commands.map((command) => (
                    <Commands.Item
                      key={command.id}
                      value={command.id}
                      keywords={[command.title, command.words ?? ""]}
                      onSelect={() => run(command)}
                    >
                      <span>{command.title}</span>
                      {command.keys ? <kbd>{command.keys}</kbd> : null}
                    </Commands.Item>
                  ))}
                </Commands.Group>
              ))}
            </Commands.List>
          </Commands>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** By its title and its other words, not by its id. */
const byName = (_: string, search: string, [title, ...words]: string[] = []): number =>
  defaultFilter(title ?? "", search, words);

/** What can be done on every page: go to another, open a workflow, change how the studio looks. */
function useEverywhere(): Command[] {
  const [, navigate] = useLocation();
  const [theme, toggle] = useTheme();
  const { data } = useQuery({ queryKey: ["workflows"], queryFn: listWorkflows, staleTime: 10_000 });
  return useMemo(
    () => [
      ...PAGES.map(([path, label]) => ({
        id: `page ${path}`,
        title: `Go to ${label}`,
        group: "Pages",
        run: () => navigate(path),
      })),
      { id: "page new", title: "New workflow", group: "Pages", words: "create", run: () => navigate("/workflows/new") },
      ...(data?.items ?? []).flatMap(({ namespace, name, title }) => {
        const path = `/workflows/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
        const words = title ?? "";
        const group = "Workflows";
        return [
          { id: `open ${path}`, title: `Open ${namespace}/${name}`, group, words, run: () => navigate(path) },
          { id: `edit ${path}`, title: `Edit ${namespace}/${name}`, group, words, run: () => navigate(`${path}/edit`) },
        ];
      }),
      {
        id: "theme",
        title: theme === "dark" ? "Light colours" : "Dark colours",
        group: "Studio",
        words: "theme mode",
        run: toggle,
      },
      {
        id: "keys",
        title: "Show all keys",
        group: "Studio",
        keys: "?",
        words: "help shortcuts",
        run: () => askFor("keys"),
      },
    ],
    [data, navigate, theme, toggle],
  );
}
