import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Refused } from "./api/http";
import { App } from "./app/App";
import { nonce } from "./ui/nonce";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/disclosure.css";

const client = new QueryClient({
  defaultOptions: {
    // A server on this machine is there without any network: the browser's word for "offline" says nothing.
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always",
      staleTime: 2_000,
      // What was refused is refused again; what could not be reached may come back.
      retry: (failures, error) => !(error instanceof Refused) && failures < 3,
    },
  },
});

setNonce(nonce());

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
