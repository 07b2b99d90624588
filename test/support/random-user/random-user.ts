import type { Page } from 'playwright-core';
import { readDocument } from '../../../main/common/integration/document.ts';
import { followPosition } from '../../../renderer/views/draft/draft.ts';
import type { Dice } from './dice.ts';
import type { EditedDocument } from './edited-document.ts';
import { beHasty, replaceKey, useControl } from './form-hand.ts';
import { changeList, changeTargets, select } from './list-hand.ts';
import { type EditingPlace, Session } from './session.ts';
import { write } from './text-hand.ts';

// Someone who edits a ConfigMap in one of the places where the window shows it, by mouse and keyboard, as the dice say.
// Says what each action means for the document.

const UNKNOWN = -1;

export class RandomUser extends Session {
  readonly #places: readonly EditingPlace[];
  /** In the panel: the integration, as it is numbered in the cluster. */
  #chosen = 0;

  constructor(page: Page, dice: Dice, document: EditedDocument, places: readonly [EditingPlace, ...EditingPlace[]]) {
    super(page, dice, document, places[0]);
    this.#places = places;
  }

  /** One action. Returns its words. */
  async act(): Promise<string> {
    this.count += 1;
    if (this.document.refusal !== null) return this.undo();
    const invalid = readDocument(this.document.text).state === 'invalid';
    if (invalid) return this.dice.roll() < 0.7 ? this.undo() : this.#move();
    const edited = this.document.isEdited;
    // Main keeps no typed key over a restart.
    const kept = ![...this.document.masks.keys()].some((key) => this.document.text.includes(key));
    const page = this.place.shows !== 'integration';
    const list = this.place.shows === 'all';
    const general = { move: 10, undo: edited ? 9 : 0, discard: edited && page ? 1 : 0, reload: kept && page ? 1 : 0 };
    const what =
      this.place.shows === 'text'
        ? this.dice.weighted({ ...general, comment: 10, erase: 10, word: 10, paste: 8, again: 5, break: 2 })
        : this.dice.weighted({ ...general, control: 50, hasty: 8, integration: list ? 20 : 0, target: 10, select: list ? 8 : 0, key: 4 });
    switch (what) {
      case 'move':
        return this.#move();
      case 'undo':
        return this.undo();
      case 'discard':
        return this.#discard();
      case 'reload':
        return this.#reload();
      case 'control':
        return (await useControl(this)) ?? this.#elsewhere();
      case 'hasty':
        return (await beHasty(this)) ?? this.#elsewhere();
      case 'integration':
        return changeList(this);
      case 'target':
        return (await changeTargets(this)) ?? this.#elsewhere();
      case 'select':
        return select(this);
      case 'key':
        return (await replaceKey(this)) ?? this.#elsewhere();
      default:
        return (await write(this, what)) ?? this.#move();
    }
  }

  async undo(): Promise<string> {
    // A refused change has a button of its own for it.
    await this.button('Undo last change').last().click();
    this.document.undo();
    this.#follow();
    return 'undo';
  }

  /** To another place, with all edits. */
  async #move(): Promise<string> {
    const { integrations } = readDocument(this.document.base);
    const { edits } = this.document;
    const chosen = this.dice.one(integrations).index;
    const now = edits?.reduce(followPosition, chosen);
    const isThere = readDocument(this.document.text).integrations.some(({ index }) => index === now);
    const places = this.#places.filter((place) => place !== this.place && (place.shows !== 'integration' || isThere));
    const from = this.place;
    this.place = this.dice.one(places);
    this.visits += 1;
    await this.place.open(chosen);
    this.#chosen = chosen;
    // The page opens again, perhaps with another integration.
    if (from.shows === 'integration') this.index = UNKNOWN;
    this.#follow();
    const isReadable = readDocument(this.document.text).state !== 'invalid';
    if (this.index === UNKNOWN && this.place.shows === 'all' && isReadable) await select(this);
    return `go to the ${this.place.name}${this.place.shows === 'text' ? '' : `, integration ${this.index}`}`;
  }

  /** The panel stays at its integration, which may move. */
  #follow(): void {
    if (this.place.shows === 'integration') this.index = this.document.edits?.reduce(followPosition, this.#chosen) ?? 0;
  }

  #elsewhere(): Promise<string> {
    return this.place.shows === 'all' ? select(this) : this.#move();
  }

  async #discard(): Promise<string> {
    await this.button('Discard').click();
    await this.button('Discard changes').click();
    this.document.discard();
    return 'discard';
  }

  /** Closes the page and opens it again, as soon as main keeps the edits. */
  async #reload(): Promise<string> {
    this.page.once('dialog', (dialog) => void dialog.accept().catch(() => undefined));
    await this.page.reload();
    await this.page.getByRole('heading', { level: 1 }).waitFor();
    this.document.restarted();
    await this.place.open(0);
    this.visits += 1;
    this.index = UNKNOWN;
    if (this.place.shows === 'all') await select(this);
    return 'close the page and open it again';
  }
}
