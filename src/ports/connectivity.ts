/** What the device knows about its line. A wrong "online" costs one failed request; a wrong "offline" costs time. */
export interface Connectivity {
  /** Whether a request may be tried now. */
  isOnline(): boolean;
  /** Calls back on every change, `isOnline` telling the new state by then, until the returned function is called. */
  listen(callback: (online: boolean) => void): () => void;
}
