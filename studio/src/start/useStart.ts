/** Checks what was typed, then starts; what was asked for once is started once, also where the answer was lost. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useLocation } from "wouter";
import { checkInput } from "../api/inputs";
import { startInstance } from "../api/instances";
import type { Json } from "./json";
import type { Startable } from "./startable";
import { type Fault, outcome, type Typed } from "./typed";

const KEY_BYTES = 16;

export interface Starting {
  readonly start: (typed: Typed) => void;
  readonly faults: readonly Fault[];
  readonly isPending: boolean;
  readonly error: Error | null;
}

export function useStart(startable: Startable, workflow: string, onStarted: () => void): Starting {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const asked = useRef({ what: "", key: "" });
  const starting = useMutation({
    mutationFn: async ({ input, businessKey }: { input: Json; businessKey: string }) => {
      const checked = await checkInput(startable, input);
      setFaults(checked.faults);
      if (!checked.valid) return undefined;
      const start = { definition: workflow, input, ...(businessKey ? { businessKey } : {}) };
      const what = JSON.stringify(start);
      if (asked.current.what !== what) asked.current = { what, key: anotherKey() };
      return await startInstance(start, asked.current.key);
    },
    onSuccess: (started) => {
      if (!started) return;
      void client.invalidateQueries({ queryKey: ["workflows"] });
      onStarted();
      navigate(`/instances/${encodeURIComponent(started.id)}`);
    },
  });
  return {
    start: (typed) => {
      const found = outcome(typed);
      if ("faults" in found) {
        starting.reset();
        setFaults(found.faults);
      } else starting.mutate({ input: found.value, businessKey: typed.businessKey });
    },
    faults,
    isPending: starting.isPending,
    error: starting.error,
  };
}

const anotherKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join("");
