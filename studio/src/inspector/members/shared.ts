/** Members that stand in many places: addresses, authentication, data, schemas. */

import { has, isPlain, type Member, options, type Shape, type Variant } from "../fields";
import type { Part } from "../names";

export const DURATION = { kind: "duration" } as const;
export const EXPRESSION = { kind: "expression" } as const;
/** A condition, which needs no `${ }` around it. */
export const CONDITION = { kind: "expression", bare: true } as const;

const isText = (value: unknown): boolean => typeof value === "string";

/** The name of something in `use`, or the thing itself. */
export function named(part: Part, label: string, own: Shape, begun: unknown): Shape {
  return {
    kind: "variants",
    variants: [
      { label: "Set here", fits: isPlain, begin: () => begun, shape: own },
      {
        label: `A ${label} of this workflow`,
        fits: isText,
        begin: (names) => names[part][0] ?? "name",
        shape: { kind: "text", code: true, named: part },
      },
    ],
  };
}

const secret = (own: Shape & { kind: "group" }, begun: unknown): Shape => ({
  kind: "variants",
  variants: [
    {
      label: "From a secret",
      fits: has("use"),
      begin: (names) => ({ use: names.secrets[0] ?? "secret" }),
      shape: {
        kind: "group",
        members: [
          {
            at: ["use"],
            label: "Secret",
            help: "its name; its value never stands in the document",
            required: true,
            kind: "text",
            code: true,
            named: "secrets",
          },
        ],
      },
    },
    { label: "Written here", fits: isPlain, begin: () => begun, shape: own },
  ],
});

const PERSON: Shape & { kind: "group" } = {
  kind: "group",
  members: [
    { at: ["username"], label: "User name", required: true, kind: "expression" },
    { at: ["password"], label: "Password", required: true, kind: "expression" },
  ],
};
const BEARER: Shape & { kind: "group" } = {
  kind: "group",
  members: [{ at: ["token"], label: "Token", required: true, kind: "expression" }],
};
const TOKEN: Shape = {
  kind: "group",
  members: [
    { at: ["token"], label: "Token", required: true, kind: "expression" },
    { at: ["type"], label: "Kind of token", required: true, kind: "text", example: "access_token" },
  ],
};
const GRANTS = options(
  ["client_credentials", "The service itself (client credentials)"],
  ["password", "A user's password"],
  ["refresh_token", "A refresh token"],
  ["authorization_code", "An authorization code"],
  ["urn:ietf:params:oauth:grant-type:token-exchange", "Exchange of a token"],
);
const CLIENT: Shape = {
  kind: "group",
  members: [
    { at: ["id"], label: "Client id", kind: "text", example: "my-client" },
    { at: ["secret"], label: "Client secret", kind: "expression", initial: "${ $secrets.clientSecret }" },
    { at: ["assertion"], label: "Signed assertion (JWT)", kind: "expression" },
    {
      at: ["authentication"],
      label: "How the client proves itself",
      kind: "choice",
      options: options("client_secret_post", "client_secret_basic", "client_secret_jwt", "private_key_jwt", "none"),
    },
  ],
};
const OIDC: readonly Member[] = [
  {
    at: ["authority"],
    label: "Authority",
    help: "address of the identity provider",
    required: true,
    kind: "text",
    code: true,
    example: "https://identity.example.com",
  },
  { at: ["grant"], label: "Grant", required: true, kind: "choice", options: GRANTS },
  { at: ["client"], label: "Client", ...CLIENT, initial: { id: "my-client" } },
  { at: ["scopes"], label: "Scopes", kind: "list", items: { kind: "text", code: true }, noun: "scope", each: "read" },
  {
    at: ["audiences"],
    label: "Audiences",
    kind: "list",
    items: { kind: "text", code: true },
    noun: "audience",
    each: "orders",
  },
  {
    at: ["issuers"],
    label: "Accepted issuers",
    kind: "list",
    items: { kind: "text", code: true },
    noun: "issuer",
    each: "https://identity.example.com",
  },
  { at: ["username"], label: "User name", kind: "expression" },
  { at: ["password"], label: "Password", kind: "expression" },
  { at: ["subject"], label: "On behalf of (token)", ...TOKEN },
  { at: ["actor"], label: "Acting party (token)", ...TOKEN },
  {
    at: ["request", "encoding"],
    label: "Encoding of the token request",
    kind: "choice",
    options: options("application/x-www-form-urlencoded", "application/json"),
  },
];
const OAUTH2: readonly Member[] = [
  ...OIDC,
  {
    at: ["endpoints", "token"],
    label: "Path of the token endpoint",
    kind: "text",
    code: true,
    example: "/oauth2/token",
  },
  {
    at: ["endpoints", "revocation"],
    label: "Path of the revocation endpoint",
    kind: "text",
    code: true,
    example: "/oauth2/revoke",
  },
  {
    at: ["endpoints", "introspection"],
    label: "Path of the introspection endpoint",
    kind: "text",
    code: true,
    example: "/oauth2/introspect",
  },
];

const provider = { authority: "https://identity.example.com", grant: "client_credentials" };

function scheme(key: string, label: string, members: readonly Member[], begun: unknown): Variant {
  return {
    label,
    fits: has(key),
    begin: (names) => ({ [key]: names.secrets[0] ? { use: names.secrets[0] } : begun }),
    shape: {
      kind: "group",
      members: [{ at: [key], label, required: true, inline: true, ...secret({ kind: "group", members }, begun) }],
    },
  };
}

const SCHEMES: readonly Variant[] = [
  scheme("basic", "User name and password", PERSON.members, {
    username: "${ $secrets.user }",
    password: "${ $secrets.password }",
  }),
  scheme("bearer", "Bearer token", BEARER.members, { token: "${ $secrets.token }" }),
  scheme("digest", "Digest", PERSON.members, { username: "${ $secrets.user }", password: "${ $secrets.password }" }),
  scheme("oauth2", "OAuth 2", OAUTH2, provider),
  scheme("oidc", "OpenID Connect", OIDC, provider),
];

/** A way to prove who asks, for `use.authentications`. */
export const AUTHENTICATION: Shape = { kind: "variants", variants: SCHEMES };

/** As above, or the name of one that the workflow defines. */
export const AUTHENTICATION_OR_NAME: Shape = {
  kind: "variants",
  variants: [
    {
      label: "One of this workflow",
      fits: has("use"),
      begin: (names) => ({ use: names.authentications[0] ?? "name" }),
      shape: {
        kind: "group",
        members: [
          { at: ["use"], label: "Its name", required: true, kind: "text", code: true, named: "authentications" },
        ],
      },
    },
    ...SCHEMES,
  ],
};

const uriOf = (value: unknown): string =>
  isPlain(value) ? String(value.uri ?? "") : String(value ?? "https://service.example.com");

/** An address, alone or with the way to prove who asks. */
export const ENDPOINT: Shape = {
  kind: "variants",
  variants: [
    { label: "Open to anybody", fits: isText, begin: (_, before) => uriOf(before), shape: EXPRESSION },
    {
      label: "With authentication",
      fits: isPlain,
      begin: (names, before) => ({
        uri: uriOf(before),
        authentication: names.authentications[0]
          ? { use: names.authentications[0] }
          : { bearer: { token: "${ $secrets.token }" } },
      }),
      shape: {
        kind: "group",
        members: [
          { at: ["uri"], label: "Address", required: true, ...EXPRESSION },
          { at: ["authentication"], label: "Authentication", ...AUTHENTICATION_OR_NAME },
        ],
      },
    },
  ],
};

export const resource = (address: string): Shape & { kind: "group" } => ({
  kind: "group",
  members: [
    { at: ["endpoint"], label: "Address", required: true, initial: address, ...ENDPOINT },
    { at: ["name"], label: "Name", kind: "text", example: "description" },
  ],
});

export const SCHEMA: Shape = {
  kind: "variants",
  variants: [
    {
      label: "Described here",
      fits: has("document"),
      begin: () => ({ document: { type: "object", properties: {} } }),
      shape: { kind: "schema" },
    },
    {
      label: "From an address",
      fits: has("resource"),
      begin: () => ({ resource: { endpoint: "https://example.com/schema.json" } }),
      shape: {
        kind: "group",
        members: [
          { at: ["resource"], label: "Document", required: true, ...resource("https://example.com/schema.json") },
          { at: ["format"], label: "Format", kind: "text", example: "json" },
        ],
      },
    },
  ],
};

export const VALUE = { kind: "value" } as const;

export const ENTRIES = (noun: string, each: unknown = "value"): Shape & { kind: "map" } => ({
  kind: "map",
  values: VALUE,
  noun,
  each,
});

/** What is sent: field by field, or one value for all of it. */
export const CONTENT: Shape = {
  kind: "variants",
  variants: [
    { label: "One value", fits: (value) => !isPlain(value), begin: () => "${ . }", shape: VALUE },
    { label: "Field by field", fits: isPlain, begin: () => ({ field: "${ . }" }), shape: ENTRIES("field", "${ . }") },
  ],
};

/** Names and texts, or one expression that gives them. */
export const texts = (noun: string): Shape => ({
  kind: "variants",
  variants: [
    {
      label: "One by one",
      fits: isPlain,
      begin: () => ({ [noun]: "value" }),
      shape: { kind: "map", values: EXPRESSION, noun, each: "value" },
    },
    { label: "From an expression", fits: isText, begin: () => "${ . }", shape: EXPRESSION },
  ],
});

/** Named values, or one expression that gives an object. */
export const values = (noun: string): Shape => ({
  kind: "variants",
  variants: [
    { label: "One by one", fits: isPlain, begin: () => ({ [noun]: "value" }), shape: ENTRIES(noun) },
    { label: "From an expression", fits: isText, begin: () => "${ . }", shape: EXPRESSION },
  ],
});
