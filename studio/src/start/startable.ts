/** What can be started. */
export interface Startable {
  readonly namespace: string;
  readonly name: string;
  /** A version, or `latest`. */
  readonly version: string;
}
