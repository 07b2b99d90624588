import type { Locator, Page } from 'playwright-core';
import { readDocument } from '../../../main/common/integration/document.ts';
import type { Integration } from '../../../main/common/integration/reading/integration.ts';
import type { Path } from '../../../main/common/yaml/value.ts';
import type { Dice } from './dice.ts';
import type { EditedDocument } from './edited-document.ts';

/** Where the document is edited. */
export interface EditingPlace {
  readonly name: string;
  /** Text, the controls of one integration, or those next to the list of all. */
  readonly shows: 'text' | 'integration' | 'all';
  /** `integration`: as it is numbered in the cluster. */
  open(integration: number): Promise<void>;
  /** The controls, or the text. */
  readonly root: Locator;
}

/** What a random user sees and remembers. */
export class Session {
  readonly page: Page;
  readonly dice: Dice;
  readonly document: EditedDocument;
  place: EditingPlace;
  /** Of the selected entry. */
  index = 0;
  /** Of the text: what is typed in one is one step. */
  visits = 0;
  count = 0;
  /** What was typed as a key, and nothing stands for yet. */
  readonly keys: { readonly path: Path; readonly key: string }[] = [];

  constructor(page: Page, dice: Dice, document: EditedDocument, place: EditingPlace) {
    this.page = page;
    this.dice = dice;
    this.document = document;
    this.place = place;
  }

  get root(): Locator {
    return this.place.root;
  }

  get integration(): Integration | undefined {
    return readDocument(this.document.text).integrations.find(({ index }) => index === this.index);
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }
}
