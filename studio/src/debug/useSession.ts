/** A debug session that lives as long as the page shows it. What the server sends is the only thing that is believed. */
import { useCallback, useEffect, useRef, useState } from "react";
import {
  type Breakpoint,
  type Command,
  closeSession,
  command,
  type Debuggee,
  type DebugSession,
  getSession,
  openSession,
  sessionAddress,
} from "../api/debugging";
import { Refused } from "../api/http";
import { follow } from "../api/stream";
import { changes } from "./breakpoints";

/** A third of the server's lease, so that one lost renewal ends nothing. */
const RENEW_MS = 20_000;

export interface Debugging {
  readonly session: DebugSession | undefined;
  /** Why it is no more. */
  readonly over: string | undefined;
  readonly error: Error | undefined;
  readonly busy: boolean;
  readonly begin: (debuggee: Debuggee, owner: string) => void;
  readonly go: (given: Command) => void;
  readonly end: () => void;
}

export function useSession(breakpoints: readonly Breakpoint[]): Debugging {
  const [session, setSession] = useState<DebugSession>();
  const [lost, setLost] = useState<string>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const id = session?.id;
  const over = session?.ended ?? lost;
  const open = over === undefined ? id : undefined;

  const tried = useCallback(async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (refused) {
      if (isGone(refused)) setLost("the server knows nothing of it any more");
      else setError(refused as Error);
    } finally {
      setBusy(false);
    }
  }, []);
  const begin = useCallback(
    (debuggee: Debuggee, owner: string) =>
      void tried(async () => {
        const opened = await openSession(debuggee, owner, breakpoints);
        setLost(undefined);
        setSession(opened);
      }),
    [tried, breakpoints],
  );
  const go = useCallback((given: Command) => void (open && tried(() => command(open, given))), [tried, open]);
  const end = useCallback(() => void (open && tried(() => closeSession(open))), [tried, open]);

  useFollowed(open, setSession, setLost);
  useLease(open, setLost);
  useSameBreakpoints(open ? session : undefined, breakpoints, tried);
  return { session: lost === undefined ? session : undefined, over, error, busy, begin, go, end };
}

const isGone = (error: unknown): boolean => error instanceof Refused && error.problem.status === 404;

function useFollowed(id: string | undefined, told: (session: DebugSession) => void, gone: (why: string) => void): void {
  useEffect(() => {
    if (id === undefined) return undefined;
    const stop = new AbortController();
    const hear = (data: string): void => {
      if (!stop.signal.aborted) told(JSON.parse(data) as DebugSession);
    };
    void follow(sessionAddress(id, "/events"), (event) => hear(event.data), stop.signal)
      .then(async () => {
        if (!stop.signal.aborted) told(await getSession(id));
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted) gone(isGone(error) ? "the server has begun anew" : (error as Error).message);
      });
    return () => stop.abort();
  }, [id, told, gone]);
}

/** Renewed while the page is open; given back when it is left, so that an instance goes on at once. */
function useLease(id: string | undefined, gone: (why: string) => void): void {
  useEffect(() => {
    if (id === undefined) return undefined;
    const renew = (): void => {
      command(id, { command: "renew" }).catch((error: unknown) => {
        if (isGone(error)) gone("the server has begun anew");
      });
    };
    const leave = (): void => {
      closeSession(id).catch(() => undefined); // its lease ends it where it could not be told
    };
    const timer = setInterval(renew, RENEW_MS);
    addEventListener("pagehide", leave);
    return () => {
      clearInterval(timer);
      removeEventListener("pagehide", leave);
      leave();
    };
  }, [id, gone]);
}

/** Tells an open session what has changed in the breakpoints, once for each change. */
function useSameBreakpoints(
  session: DebugSession | undefined,
  wanted: readonly Breakpoint[],
  tried: (work: () => Promise<unknown>) => Promise<void>,
): void {
  const told = useRef(wanted);
  const id = session?.id;
  const set = session?.breakpoints;
  useEffect(() => {
    if (id === undefined || set === undefined || told.current === wanted) {
      told.current = wanted;
      return;
    }
    told.current = wanted;
    const { clear, add } = changes(set, wanted);
    void tried(async () => {
      for (const breakpoint of clear) await command(id, { command: "clear", breakpoint });
      for (const breakpoint of add) await command(id, { command: "break", ...breakpoint });
    });
  }, [id, set, wanted, tried]);
}
