/**
 * What this browser keeps for the studio. Where it keeps nothing, because that is forbidden or there is no room, it lasts
 * as long as the page: nobody who may not keep things is kept out. Who has something to lose asks whether it was kept.
 */
class Kept {
  /** What could not be kept; null: what could not be removed. */
  private readonly passing = new Map<string, string | null>();

  constructor(private readonly store: () => Storage) {}

  get(name: string): string | null {
    const passing = this.passing.get(name);
    return passing === undefined ? this.attempt((store) => store.getItem(name), null) : passing;
  }

  /** Whether what is there now will be there after the page is closed. */
  lasts(name: string): boolean {
    return !this.passing.has(name);
  }

  /** Whether it will be there after the page is closed. */
  set(name: string, value: string): boolean {
    return this.keeping(name, value, (store) => store.setItem(name, value));
  }

  remove(name: string): boolean {
    return this.keeping(name, null, (store) => store.removeItem(name));
  }

  names(): string[] {
    const kept = this.attempt((store) => Object.keys(store), []);
    return [...new Set([...kept, ...this.passing.keys()])].filter((name) => this.get(name) !== null);
  }

  private keeping(name: string, value: string | null, work: (store: Storage) => void): boolean {
    const kept = this.attempt((store) => {
      work(store);
      return true;
    }, false);
    if (kept) this.passing.delete(name);
    else this.passing.set(name, value);
    return kept;
  }

  private attempt<T>(work: (store: Storage) => T, otherwise: T): T {
    try {
      return work(this.store());
    } catch (error) {
      // Only to ask for it may be forbidden.
      if (error instanceof DOMException) return otherwise;
      throw error;
    }
  }
}

/** Kept for all tabs. */
export const browser = new Kept(() => localStorage);
/** Kept for this tab alone. */
export const tab = new Kept(() => sessionStorage);
