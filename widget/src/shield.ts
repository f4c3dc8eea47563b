/** What stands in for a modal dialog where the panel fills the window: nothing behind it can be reached. */

/** The same condition as in `styles/panel.ts`: the panel is all there is to see. */
const FILLED = "(max-width: 32em), (max-height: 30em)";

export class Shield {
  readonly #filled = window.matchMedia(FILLED);
  /** Made inert here, as opposed to by the page itself. */
  #behind: Element[] = [];
  #wanted = false;

  /** @param onChange called when `raised` changes by itself: the window was turned or enlarged. */
  constructor(
    private readonly host: Element,
    private readonly onChange: () => void,
  ) {}

  /** Whether the rest of the page is out of reach. */
  get raised(): boolean {
    return this.#wanted && this.#filled.matches;
  }

  /** Keeps the page behind the panel out of reach, whenever the panel fills the window. */
  raise(): void {
    if (!this.#wanted) this.#filled.addEventListener("change", this.#onFilled);
    this.#wanted = true;
    this.#apply();
  }

  lower(): void {
    this.#filled.removeEventListener("change", this.#onFilled);
    this.#wanted = false;
    this.#apply();
  }

  #apply(): void {
    for (const element of this.#behind) element.removeAttribute("inert");
    this.#behind = this.raised
      ? [...(this.host.parentElement?.children ?? [])].filter(
          (element) => element !== this.host && !element.hasAttribute("inert"),
        )
      : [];
    for (const element of this.#behind) element.setAttribute("inert", "");
  }

  #onFilled = (): void => {
    this.#apply();
    this.onChange();
  };
}
