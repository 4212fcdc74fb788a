/** Keeps what is known of an instance fresh: whenever its history grows, it is asked for again. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { follow } from "../api/stream";

const TOGETHER_MS = 120;

export function useLive(id: string, ended: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (ended) return undefined;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer = undefined;
      void client.invalidateQueries({ queryKey: ["instance", id] });
      void client.invalidateQueries({ queryKey: ["history", id] });
    };
    void follow(
      `/v1/instances/${encodeURIComponent(id)}/events`,
      () => {
        timer ??= setTimeout(refresh, TOGETHER_MS);
      },
      stop.signal,
    ).then(() => stop.signal.aborted || refresh());
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [id, ended, client]);
}
