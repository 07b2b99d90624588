import type { Page } from 'playwright-core';
import { readDocument } from '../../../main/common/integration/document.ts';
import type { Dice } from './dice.ts';
import type { EditedDocument } from './edited-document.ts';
import { beHasty, replaceKey, useControl } from './form-hand.ts';
import { changeList, changeTargets, select } from './list-hand.ts';
import { type EditingPlace, Session } from './session.ts';
import { write } from './text-hand.ts';

// Someone who edits a ConfigMap in one of the places where the window shows it, by mouse and keyboard, as the dice say.
// Says what each action means for the document.

export class RandomUser extends Session {
  readonly #places: readonly EditingPlace[];

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
    const general = { move: 10, undo: edited ? 9 : 0, discard: edited ? 1 : 0, reload: kept ? 1 : 0 };
    const what =
      this.place.shows === 'text'
        ? this.dice.weighted({ ...general, comment: 10, erase: 10, word: 10, paste: 8, again: 5, break: 2 })
        : this.dice.weighted({ ...general, control: 50, hasty: 8, integration: 20, target: 10, select: 8, key: 4 });
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
        return (await useControl(this)) ?? select(this);
      case 'hasty':
        return (await beHasty(this)) ?? select(this);
      case 'integration':
        return changeList(this);
      case 'target':
        return changeTargets(this);
      case 'select':
        return select(this);
      case 'key':
        return (await replaceKey(this)) ?? select(this);
      default:
        return (await write(this, what)) ?? this.#move();
    }
  }

  async undo(): Promise<string> {
    // A refused change has a button of its own for it.
    await this.button('Undo last change').last().click();
    this.document.undo();
    return 'undo';
  }

  /** To another place, with all edits. */
  async #move(): Promise<string> {
    this.place = this.dice.one(this.#places.filter((place) => place !== this.place));
    this.visits += 1;
    await this.place.open();
    return `go to the ${this.place.name}`;
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
    this.index = readDocument(this.document.text).integrations[0]?.index ?? 0;
    await this.place.open();
    this.visits += 1;
    return 'close the page and open it again';
  }
}
